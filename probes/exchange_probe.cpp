#include "probes/exchange_probe.hpp"

#include "net/budget.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/phase_clock.hpp"
#include "net/phase_sum.hpp"
#include "net/prometheus_text.hpp"
#include "net/timestamps.hpp"

#include <algorithm>
#include <optional>

namespace understudy::probes {

namespace {

namespace asio = boost::asio;
using core::Reason;

/// How far ahead of its API server's clock `edge` may be. HTTP dates are cut to seconds, and nodes
/// of a cluster drift; beyond this its timestamps would make an old exchange look new.
constexpr auto skew_max = std::chrono::seconds(30);
constexpr std::size_t peer_bytes_max = 253;  // of a DNS name

core::Outcome cannot_tell(const std::string& why)
{
    return core::Outcome(Reason::unreachable_witness, why);
}

/// A cancelled probe and trouble of our own keep their reasons; whatever else kept us from the
/// answer, it is the witness that could not be heard.
core::Outcome cannot_ask(const net::KubernetesReply& reply)
{
    const bool ours = core::testimony_of(reply.reason) == core::Testimony::ourselves;
    const auto reason = ours ? reply.reason : Reason::unreachable_witness;
    return core::Outcome(reason, reply.detail);
}

std::string ready_pod_in(const boost::json::value& pods)
{
    const auto& items = net::array_at(pods, "/items");
    const auto ready = std::ranges::find_if(items, net::is_ready_pod);
    return ready == items.end() ? std::string() : net::name_of(*ready);
}

core::Outcome judge(
    const net::KubernetesReply& reply,
    const ExchangeProbe::Options& options,
    const std::string& pod)
{
    const auto where = "pod " + pod;
    const auto now = net::parse_http_date(reply.http.header("date"));
    if (!now)
        return cannot_tell(where + ": the API server's answer carries no Date");
    const auto sample = net::largest_sample(reply.http.body, options.metric, options.peer_label);
    // 0 is a gauge that was never set: this edge has not exchanged anything since it started.
    if (!sample || sample->value <= 0 || sample->value > 1e15)
        return cannot_tell(where + " shows no usable " + options.metric);

    const core::WallTime last{std::chrono::milliseconds(static_cast<std::int64_t>(sample->value))};
    const auto age = *now - last;
    if (age < -skew_max)
        return cannot_tell(where + ": its last exchange lies in the future of its API server");

    core::Outcome outcome(Reason::none);
    outcome.facts["exchange/age_ms"] = std::max<std::int64_t>(age.count(), 0);
    if (!sample->label.empty())
        outcome.facts["exchange/peer"] = sample->label.substr(0, peer_bytes_max);
    return outcome;
}

}  // namespace

ExchangeProbe::ExchangeProbe(std::shared_ptr<net::KubernetesClient> cluster, Options options)
    : cluster_(std::move(cluster)), options_(std::move(options))
{}

asio::awaitable<core::Outcome> ExchangeProbe::run()
{
    const net::Budget budget(options_.timeout);
    std::vector<core::PhaseTime> phases;
    core::Outcome outcome;
    // The second round is for a remembered pod that is gone: a restarted edge has another name.
    for (int rounds_left = 2; rounds_left > 0; --rounds_left) {
        const bool remembered = !pod_.empty();
        if (!remembered) {
            auto path = net::pods_path(options_.name_space, options_.selector);
            const auto pods = co_await cluster_->get(std::move(path), budget.remaining());
            net::add_phases(phases, pods.http.phases);
            pod_ = ready_pod_in(pods.object);
            outcome = pods.reason == Reason::none
                          ? cannot_tell("no ready pod matches " + options_.selector)
                          : cannot_ask(pods);
        }
        if (pod_.empty())
            break;
        const auto pod = pod_;
        auto path = net::pod_proxy_path(options_.name_space, pod, options_.port, options_.path);
        const auto page = co_await cluster_->get_text(std::move(path), budget.remaining());
        net::add_phases(phases, page.http.phases);
        outcome = page.reason == Reason::none ? judge(page, options_, pod) : cannot_ask(page);
        if (outcome.reason == Reason::none)
            break;
        pod_.clear();
        if (!remembered)
            break;
    }
    outcome.took = net::total_of(phases);
    outcome.phases = std::move(phases);
    co_return outcome;
}

}  // namespace understudy::probes
