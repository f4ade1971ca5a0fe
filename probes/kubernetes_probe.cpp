#include "probes/kubernetes_probe.hpp"

#include "net/budget.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/phase_clock.hpp"
#include "net/phase_sum.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace understudy::probes {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using core::Reason;

/// One run: what it asks with, what is left of its time, and what it has gathered so far.
struct Run {
    Run(net::KubernetesClient& client, const KubernetesProbe::Options& settings)
        : cluster(client), name_space(settings.name_space), budget(settings.timeout)
    {}

    asio::awaitable<net::KubernetesReply> get(std::string path)
    {
        auto reply = co_await cluster.get(std::move(path), budget.remaining());
        net::add_phases(outcome.phases, reply.http.phases);
        co_return reply;
    }

    net::KubernetesClient& cluster;
    const std::string& name_space;
    net::Budget budget;
    core::Outcome outcome{Reason::none};
};

/// An API server that answers with an error, or with something that is not an object, has said
/// nothing about TSB: whatever it did wrong is its own trouble, and the witness cannot be heard.
/// Silence stays silence, and trouble of ours stays ours.
Reason witness_reason(Reason reason)
{
    if (reason == Reason::none || reason == Reason::missing)
        return reason;
    return core::testimony_of(reason) == core::Testimony::statement ? Reason::unreachable_witness
                                                                    : reason;
}

/// The first trouble is the outcome's; later ones only add to the detail.
void note(core::Outcome& outcome, Reason reason, const std::string& detail)
{
    if (outcome.reason == Reason::none)
        outcome.reason = reason;
    outcome.detail += (outcome.detail.empty() ? "" : "; ") + detail;
}

/// Every object names its kind, and a list has its items, none included (Kubernetes API
/// conventions, "Types (Kinds)"). An empty `kind` asks for any object but the server's own Status.
bool is_of_kind(const json::value& object, std::string_view kind)
{
    const auto own = net::string_at(object, "/kind");
    if (kind.empty())
        return !own.empty() && own != "Status" && !net::string_at(object, "/apiVersion").empty();
    const auto* items = net::at(object, "/items");
    return own == kind && (!kind.ends_with("List") || (items != nullptr && items->is_array()));
}

/// Anybody between us and the API server may answer 200 with JSON of his own, and it would read
/// like an object in which nothing is set, or like a list without anything in it: only the kind
/// that was asked for is heard.
bool note_failure(core::Outcome& outcome, const net::KubernetesReply& reply, std::string_view kind)
{
    if (reply.reason != Reason::none) {
        note(outcome, witness_reason(reply.reason), reply.detail);
        return true;
    }
    if (is_of_kind(reply.object, kind))
        return false;
    note(
        outcome, Reason::unreachable_witness,
        reply.detail + ": the answer is not the " + (kind.empty() ? "object" : std::string(kind)) +
            " that was asked for; look at what stands between here and the API server");
    return true;
}

/// For a kind that it does not have the API server answers with this text and no Status object.
bool is_unknown_kind(const net::KubernetesReply& reply)
{
    return reply.http.status == 404 && reply.http.body.starts_with("404 page not found");
}

/// The object, or its whole kind (an operator that this variant does not use), is not installed.
bool is_not_installed(const net::KubernetesReply& reply)
{
    return reply.reason == Reason::missing || is_unknown_kind(reply);
}

void judge_deployment(core::Outcome& outcome, const net::DeploymentView& view)
{
    net::add_facts(outcome.facts, view);
    if (!view.available)
        note(
            outcome, Reason::not_available,
            "deployment " + view.name + " is not Available (" + view.why.substr(0, 200) + ")");
}

asio::awaitable<void> examine(Run& run, const DeploymentsCheck& check)
{
    auto wanted = check.names;
    std::string resume;
    // A namespace of a management plane holds some 20 deployments; four pages of 500 are a runaway.
    for (int pages_left = 4; pages_left > 0 && !wanted.empty(); --pages_left) {
        auto path = net::deployments_path(run.name_space, resume);
        const auto reply = co_await run.get(std::move(path));
        if (note_failure(run.outcome, reply, "DeploymentList"))
            co_return;
        for (const auto& deployment : net::array_at(reply.object, "/items")) {
            if (std::erase(wanted, net::name_of(deployment)) > 0)
                judge_deployment(run.outcome, net::view_deployment(deployment));
        }
        resume = net::string_at(reply.object, "/metadata/continue");
        if (resume.empty())
            break;
    }
    for (const auto& name : wanted)
        note(
            run.outcome, Reason::missing,
            "deployment " + name + " does not exist in namespace " + run.name_space);
}

asio::awaitable<void> examine(Run& run, const PodsCheck& check)
{
    auto path = net::pods_path(run.name_space, check.selector);
    const auto reply = co_await run.get(std::move(path));
    if (note_failure(run.outcome, reply, "PodList"))
        co_return;
    const auto ready = net::count_ready(reply.object);
    run.outcome.facts["pods/" + check.label + "/ready"] = ready;
    if (ready >= check.ready_min)
        co_return;
    const bool wants_primary = check.selector.find("replicationRole=primary") != std::string::npos;
    note(
        run.outcome, wants_primary ? Reason::no_primary : Reason::not_available,
        std::to_string(ready) + " ready pods match " + check.selector + " in namespace " +
            run.name_space + ", " + std::to_string(check.ready_min) + " are needed");
}

asio::awaitable<void> examine(Run& run, const DatabasePodsCheck& check)
{
    auto path = net::pods_path(run.name_space, "app=" + check.name);
    const auto reply = co_await run.get(std::move(path));
    if (note_failure(run.outcome, reply, "PodList"))
        co_return;
    const auto ready = net::count_ready(reply.object);
    const auto primaries = net::count_ready_primaries(reply.object);
    run.outcome.facts["kubegres/ready_replicas"] = ready;
    run.outcome.facts["kubegres/ready_primaries"] = primaries;
    if ((check.primary_expected ? primaries : ready) > 0)
        co_return;
    note(
        run.outcome, check.primary_expected ? Reason::no_primary : Reason::not_available,
        (check.primary_expected ? "no ready pod carries replicationRole=primary"
                                : "no pod is ready") +
            std::string(" among those of app=") + check.name + " in namespace " + run.name_space);
}

asio::awaitable<void> examine(Run& run, const KubegresCheck& check)
{
    auto path = net::kubegres_path(run.name_space, check.name);
    const auto instance = co_await run.get(std::move(path));
    if (is_not_installed(instance) || note_failure(run.outcome, instance, "Kubegres"))
        co_return;
    net::add_kubegres_facts(run.outcome.facts, instance.object);
}

asio::awaitable<void> examine(Run& run, const ManagementPlaneCheck& check)
{
    auto path = net::management_plane_path(run.name_space, check.name);
    const auto reply = co_await run.get(std::move(path));
    if (note_failure(run.outcome, reply, "ManagementPlane"))
        co_return;
    // Not evidence about the plane, and too important to be skipped: somebody announced
    // maintenance.
    const auto trouble = net::add_management_plane_facts(run.outcome.facts, reply.object);
    if (!trouble.empty())
        note(run.outcome, Reason::internal, trouble);
}

/// A cluster before 1.21 has CronJobs in `batch/v1beta1` only, and says of those in `batch/v1`,
/// where it has jobs, that they are not found.
asio::awaitable<net::KubernetesReply> get_cron_job(Run& run, std::string name)
{
    auto path = net::cron_job_path(run.name_space, name);
    auto reply = co_await run.get(std::move(path));
    if (!is_not_installed(reply))
        co_return reply;
    auto older_path = net::cron_job_path(run.name_space, name, "v1beta1");
    co_return co_await run.get(std::move(older_path));
}

asio::awaitable<void> examine(Run& run, const CronJobsCheck& check)
{
    for (const auto& name : check.names) {
        const auto reply = co_await get_cron_job(run, name);
        if (is_not_installed(reply))
            continue;
        if (note_failure(run.outcome, reply, "CronJob"))
            co_return;
        net::add_cron_job_facts(run.outcome.facts, name, reply.object);
    }
}

asio::awaitable<void> examine(Run& run, const KeyIdsCheck& check)
{
    for (const auto& object : check.secrets) {
        const bool is_config_map = object.starts_with(core::config_map_prefix);
        const auto name = is_config_map ? object.substr(core::config_map_prefix.size()) : object;
        auto path = is_config_map ? net::config_map_path(run.name_space, name)
                                  : net::secret_path(run.name_space, name);
        const auto* kind = is_config_map ? "ConfigMap" : "Secret";
        const auto reply = co_await run.get(std::move(path));
        if (reply.reason != Reason::missing && note_failure(run.outcome, reply, kind))
            co_return;
        const auto key_id = net::key_id_of(reply.object);
        if (key_id.empty())
            note(
                run.outcome, Reason::missing,
                std::string(kind) + " " + name + " has no key id in data.kid");
        else
            run.outcome.facts[core::key_fact_of(object)] = key_id;
    }
}

/// Compared as JSON, so that `1` and `1 ` or two spellings of one string are the same.
bool holds(const json::value& value, const std::string& expected)
{
    boost::system::error_code error;
    const auto wanted = json::parse(expected, error);
    return !error && wanted == value;
}

asio::awaitable<void> examine(Run& run, const FieldCheck& check)
{
    auto path = check.path;
    const auto reply = co_await run.get(std::move(path));
    if (note_failure(run.outcome, reply, ""))
        co_return;
    const auto* value = net::at(reply.object, check.pointer);
    const auto field = check.path + " " + check.pointer;
    if (value == nullptr)
        note(run.outcome, Reason::field, field + " is not there");
    else if (!check.equals.empty() && !holds(*value, check.equals))
        note(
            run.outcome, Reason::field,
            field + " is " + json::serialize(*value).substr(0, 100) + ", expected " + check.equals);
}

}  // namespace

KubernetesProbe::KubernetesProbe(std::shared_ptr<net::KubernetesClient> cluster, Options options)
    : cluster_(std::move(cluster)), options_(std::move(options))
{}

asio::awaitable<core::Outcome> KubernetesProbe::run()
{
    Run run(*cluster_, options_);
    auto examination =
        std::visit([&run](const auto& check) { return examine(run, check); }, options_.check);
    co_await std::move(examination);
    run.outcome.took = net::total_of(run.outcome.phases);
    co_return std::move(run.outcome);
}

}  // namespace understudy::probes
