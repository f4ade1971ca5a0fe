#include "actions/rejoin.hpp"

#include "actions/label_selector.hpp"
#include "actions/rollout_restart.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/timestamps.hpp"

#include <algorithm>
#include <optional>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

/// How far ahead of its API server `edge` may be: HTTP dates are cut to seconds, and nodes drift.
constexpr std::int64_t skew_max_ms = 30'000;
constexpr std::size_t peer_bytes_max = 253;  // of a DNS name
/// What is told of the control plane's operator is told under the names for `edge`, after this.
constexpr std::string_view of_operator = "operator_";

std::optional<std::int64_t> unix_ms(std::string_view http_date)
{
    const auto date = net::parse_http_date(http_date);
    if (!date)
        return std::nullopt;
    return date->time_since_epoch().count();
}

core::Observation view(const json::value& deployment, std::int64_t date)
{
    const auto seen = net::view_deployment(deployment);
    auto observation = readable(
        "deployment " + seen.name +
        (seen.why.empty() ? " is Available" : " is not Available: " + seen.why));
    auto& facts = observation.facts;
    facts["date"] = date;
    facts["synced_at"] = std::int64_t{0};
    facts["peer"] = "";
    facts["token_error"] = false;
    add_restart_facts(facts, deployment);
    return observation;
}

/// The pod that a rollout brought, while the old one may still be ready.
std::string newest_ready_pod(const json::value& pods)
{
    std::string name;
    std::string born;
    for (const auto& pod : net::array_at(pods, "/items")) {
        const auto time = net::string_at(pod, "/metadata/creationTimestamp");
        if (!net::is_ready_pod(pod) || (!name.empty() && time <= born))
            continue;
        name = net::name_of(pod);
        born = time;
    }
    return name;
}

core::Observation with_sample(core::Observation seen, const std::optional<net::Sample>& sample)
{
    // 0 is a gauge that was never set.
    if (!sample || sample->value <= 0) {
        seen.detail += ", which has exchanged nothing since it started";
        return seen;
    }
    constexpr double value_max = 1e15;
    const auto date = core::find_fact<std::int64_t>(seen.facts, "date").value_or(0);
    if (sample->value > value_max || static_cast<std::int64_t>(sample->value) > date + skew_max_ms)
        return unreadable(seen.detail + ": its last exchange lies in the future of its API server");
    seen.facts["synced_at"] = static_cast<std::int64_t>(sample->value);
    seen.facts["peer"] = sample->label.substr(0, peer_bytes_max);
    return seen;
}

core::Facts operator_facts(const core::Facts& facts)
{
    core::Facts own;
    for (const auto& [name, value] : facts) {
        if (name.starts_with(of_operator))
            own[name.substr(of_operator.size())] = value;
    }
    return own;
}

/// `edge` has started since its operator did.
bool is_operator_no_help(const core::Facts& facts)
{
    const auto renewing_since = core::find_fact<std::int64_t>(facts, "operator_restarted_at");
    return renewing_since > 0 &&
           core::find_fact<std::int64_t>(facts, "restarted_at") > renewing_since;
}

/// `address`, `address:port` or `[address]:port`.
bool is_address(const std::string& peer, const asio::ip::address& address)
{
    const auto text = address.to_string();
    return peer == text || peer.starts_with(text + ":") || peer.starts_with("[" + text + "]");
}

}  // namespace

asio::awaitable<core::Observation> Rejoin::observe(core::Operation operation)
{
    auto path = net::deployment_path(cluster_.name_space, operation.object);
    const auto reply = co_await read(cluster_, std::move(path));
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    const auto date = unix_ms(reply.http.header("date"));
    if (!date)
        co_return unreadable(reply.detail + ": the API server's answer carries no Date");
    const auto* selector = net::at(reply.object, "/spec/selector");
    auto text = selector == nullptr ? std::string() : label_selector_text(*selector);
    if (text.empty())
        co_return unreadable(reply.detail + ": its selector cannot be understood");
    auto deployment = view(reply.object, *date);
    auto seen = co_await add_exchange(std::move(deployment), std::move(text));
    auto wanted = operation.parameter("peer");
    seen = co_await name_peer(std::move(seen), std::move(wanted));
    co_return co_await add_token_help(std::move(seen), std::move(operation));
}

/// Only looked at when it is wanted: most control planes have no trouble with their tokens.
asio::awaitable<core::Observation> Rejoin::add_token_help(
    core::Observation seen, core::Operation operation)
{
    auto renewer = operation.parameter("operator");
    if (renewer.empty() || !core::find_fact<bool>(seen.facts, "token_error").value_or(false))
        co_return seen;
    seen = co_await add_operator(std::move(seen), std::move(renewer));
    if (operation.parameter("tokens").empty() || !is_operator_no_help(seen.facts))
        co_return seen;
    auto tokens = co_await tokens_.read(std::move(operation));
    seen.facts.merge(tokens);
    co_return seen;
}

asio::awaitable<core::Observation> Rejoin::add_operator(core::Observation seen, std::string name)
{
    auto path = net::deployment_path(cluster_.name_space, name);
    const auto reply = co_await read(cluster_, std::move(path));
    if (reply.reason != core::Reason::none) {
        seen.facts["operator_problem"] = reply.detail;
        co_return seen;
    }
    core::Facts facts;
    add_restart_facts(facts, reply.object);
    for (auto& [fact, value] : facts)
        seen.facts[std::string(of_operator) + fact] = std::move(value);
    co_return seen;
}

asio::awaitable<core::Observation> Rejoin::name_peer(core::Observation seen, std::string wanted)
{
    const auto peer = core::find_fact<std::string>(seen.facts, "peer").value_or("");
    if (peer.empty() || wanted.empty() || peer == wanted)
        co_return seen;
    const net::Resolution known = co_await resolver_.resolve(wanted, cluster_.read_timeout);
    if (std::ranges::any_of(known.addresses, [&peer](const asio::ip::address& address) {
            return is_address(peer, address);
        }))
        seen.facts["peer"] = std::move(wanted);
    co_return seen;
}

asio::awaitable<core::Observation> Rejoin::add_exchange(
    core::Observation seen, std::string selector)
{
    auto path = net::pods_path(cluster_.name_space, selector);
    const auto pods = co_await read(cluster_, std::move(path));
    if (pods.reason != core::Reason::none)
        co_return unreadable(pods.detail);
    auto pod = newest_ready_pod(pods.object);
    if (pod.empty()) {
        seen.detail += "; no pod of it is ready";
        co_return seen;
    }
    co_return co_await ask_pod(std::move(seen), std::move(pod));
}

asio::awaitable<core::Observation> Rejoin::ask_pod(core::Observation seen, std::string pod)
{
    auto path = net::pod_proxy_path(cluster_.name_space, pod, metrics_.port, metrics_.path);
    const auto page = co_await cluster_.api->get_text(std::move(path), cluster_.read_timeout);
    if (page.reason != core::Reason::none)
        co_return unreadable(page.detail);
    const auto sample = net::largest_sample(page.http.body, metrics_.metric, metrics_.peer_label);
    seen.detail += "; pod " + pod;
    const auto& refusals = metrics_.token_error;
    seen.facts["token_error"] =
        !refusals.metric.empty() && net::sum_of(page.http.body, refusals) > 0;
    co_return with_sample(std::move(seen), sample);
}

asio::awaitable<Effect> Rejoin::perform(Order order)
{
    const auto effect = order.operation.parameter("effect");
    if (effect == core::delete_tokens)
        return tokens_.delete_old(std::move(order));
    return restart_one(std::move(order), effect == core::restart_operator);
}

asio::awaitable<Effect> Rejoin::restart_one(Order order, bool is_operator)
{
    const auto date = core::find_fact<std::int64_t>(order.facts, "date");
    if (!date)
        co_return refused("not sent: the cluster's clock was not read before");
    Restart wanted;
    wanted.deployment =
        is_operator ? order.operation.parameter("operator") : order.operation.object;
    wanted.id = order.id;
    wanted.facts = is_operator ? operator_facts(order.facts) : order.facts;
    wanted.date = *date;
    wanted.deadline = order.deadline;
    co_return co_await restart(cluster_, std::move(wanted));
}

}  // namespace understudy::actions
