#include "actions/control_plane_tokens.hpp"

#include "actions/words.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_effect.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/timestamps.hpp"
#include "net/whole_number.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string fact_of(const std::string& token, std::string_view what)
{
    return "token/" + token + "/" + std::string(what);
}

core::Facts problem(std::string why)
{
    core::Facts facts;
    facts["tokens_problem"] = std::move(why);
    return facts;
}

std::int64_t made_at(const core::Facts& facts, const std::string& token)
{
    return core::find_fact<std::int64_t>(facts, fact_of(token, "made")).value_or(0);
}

void add_ages(core::Facts& facts, const std::vector<std::string>& tokens)
{
    std::int64_t missing = 0;
    std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
    std::int64_t newest = 0;
    for (const auto& token : tokens) {
        const auto made = made_at(facts, token);
        missing += made == 0 ? 1 : 0;
        oldest = made == 0 ? oldest : std::min(oldest, made);
        newest = std::max(newest, made);
    }
    facts["tokens_missing"] = missing;
    facts["oldest_token"] = newest == 0 ? 0 : oldest;
    facts["newest_token"] = newest;
}

/// Empty when the object does not say what it has to.
core::Facts view(const std::string& token, const json::value& object)
{
    const auto made = net::parse_rfc3339(net::string_at(object, "/metadata/creationTimestamp"));
    const auto uid = net::string_at(object, "/metadata/uid");
    const auto version = net::string_at(object, "/metadata/resourceVersion");
    core::Facts facts;
    if (!made || uid.empty() || version.empty())
        return facts;
    facts[fact_of(token, "made")] = std::int64_t{made->time_since_epoch().count()};
    facts[fact_of(token, "uid")] = uid;
    facts[fact_of(token, "version")] = version;
    return facts;
}

/// As in Preconditions (meta/v1): the object is that very one, and as it was read.
std::string preconditions(const std::string& token, const core::Facts& facts)
{
    const auto text = [&](std::string_view what) {
        return core::find_fact<std::string>(facts, fact_of(token, what)).value_or("");
    };
    return json::serialize(json::object{
        {"apiVersion", "v1"},
        {"kind", "DeleteOptions"},
        {"preconditions",
         json::object{{"uid", text("uid")}, {"resourceVersion", text("version")}}}});
}

}  // namespace

asio::awaitable<bool> ControlPlaneTokens::serves(std::string plane)
{
    const auto found = planes_.find(plane);
    if (found == planes_.end())
        co_return false;
    const auto api = found->second;
    const auto answer = co_await api->get("/status", "");
    co_return answer.status == 200;
}

asio::awaitable<core::Facts> ControlPlaneTokens::read(core::Operation operation)
{
    core::Facts facts;
    const auto tokens = words_in(operation.parameter("tokens"));
    for (const auto& token : tokens) {
        auto path = net::secret_path(cluster_.name_space, token);
        const auto reply =
            co_await cluster_.api->get_metadata(std::move(path), cluster_.read_timeout);
        if (is_absent(reply))
            continue;
        if (reply.reason != core::Reason::none)
            co_return problem(reply.detail);
        auto seen = view(token, reply.object);
        if (seen.empty())
            co_return problem(reply.detail + ", which does not tell when it was made");
        facts.merge(seen);
    }
    add_ages(facts, tokens);
    auto plane = operation.parameter("new_plane");
    const bool is_serving = co_await serves(std::move(plane));
    facts["plane_serves"] = is_serving;
    co_return facts;
}

asio::awaitable<Effect> ControlPlaneTokens::delete_one(
    std::string name, core::Facts facts, core::Instant deadline)
{
    net::KubernetesRequest request;
    request.method = "DELETE";
    request.path = net::secret_path(cluster_.name_space, name);
    request.body = preconditions(name, facts);
    request.content_type = "application/json";
    const auto reply = co_await cluster_.api->send(std::move(request), deadline);
    Effect effect;
    effect.result = is_absent(reply) ? core::EffectResult::applied : net::effect_result_of(reply);
    effect.detail = "DELETE " + reply.detail;
    effect.retry_after = net::retry_after_of(reply);
    co_return effect;
}

asio::awaitable<Effect> ControlPlaneTokens::delete_old(Order order)
{
    const auto until = net::whole_number(order.operation.parameter("made_until")).value_or(0);
    const auto tokens = words_in(order.operation.parameter("tokens"));
    auto all = refused("not sent: none of them is that old");
    for (const auto& token : tokens) {
        const auto made = made_at(order.facts, token);
        if (made == 0 || made > until)
            continue;
        auto name = token;
        auto facts = order.facts;
        all = co_await delete_one(std::move(name), std::move(facts), order.deadline);
        if (all.result != core::EffectResult::applied)
            break;
    }
    co_return all;
}

}  // namespace understudy::actions
