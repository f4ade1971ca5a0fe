#include "actions/cron_job.hpp"

#include "actions/guarded_patch.hpp"
#include "actions/marks.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"

#include <algorithm>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

core::Observation view(const json::value& job, const char* version, const std::string& detail)
{
    auto observation = readable(detail);
    auto& facts = observation.facts;
    facts["exists"] = true;
    facts["suspended"] = net::bool_at(job, "/spec/suspend").value_or(false);
    facts["api_version"] = version;
    facts["suspend_before"] = annotation_of(job, annotation::suspend_before);
    add_marks(facts, job);
    return observation;
}

/// What undo needs is what was there before our epoch, not what an earlier try of it left.
json::object annotations_for(const Order& order, bool suspended)
{
    auto annotations = marks_of(order.id);
    if (!is_recorded(order, "suspend_before"))
        annotations[annotation::suspend_before] = suspended ? "true" : "false";
    return annotations;
}

bool is_owned_by(const json::value& job, const std::string& cron_job)
{
    return std::ranges::any_of(
        net::array_at(job, "/metadata/ownerReferences"), [&](const json::value& owner) {
            return net::string_at(owner, "/kind") == "CronJob" &&
                   net::string_at(owner, "/name") == cron_job;
        });
}

/// A Job's end is a condition of its own: right after its creation it has no active pod either.
bool has_ended(const json::value& job)
{
    return std::ranges::any_of(
        net::array_at(job, "/status/conditions"), [](const json::value& condition) {
            const auto type = net::string_at(condition, "/type");
            return (type == "Complete" || type == "Failed") &&
                   net::string_at(condition, "/status") == "True";
        });
}

}  // namespace

asio::awaitable<core::Observation> SuspendCronJob::observe(core::Operation operation)
{
    std::string nowhere;
    for (const auto* version : {"v1", "v1beta1"}) {
        auto path = net::cron_job_path(cluster_.name_space, operation.object, version);
        const auto reply = co_await read(cluster_, std::move(path));
        if (reply.reason == core::Reason::none)
            co_return view(reply.object, version, reply.detail);
        if (!is_absent(reply))
            co_return unreadable(reply.detail);
        nowhere = reply.detail;
    }
    co_return absent(nowhere);
}

asio::awaitable<Effect> SuspendCronJob::perform(Order order)
{
    const auto obstacle = obstacle_in(order.facts, order.id);
    if (!obstacle.empty())
        co_return refused(obstacle);
    const auto goal = order.operation.parameter("suspend");
    if (goal != "true" && goal != "false")
        co_return refused("not sent: the parameter suspend is neither true nor false");

    GuardedPatch patch(core::find_fact<std::string>(order.facts, "version").value_or(""));
    patch.set("/spec/suspend", goal == "true");
    const bool suspended = core::find_fact<bool>(order.facts, "suspended").value_or(false);
    const bool annotated = core::find_fact<bool>(order.facts, "annotated").value_or(false);
    patch.set_members("/metadata/annotations", annotated, annotations_for(order, suspended));
    const auto version = core::find_fact<std::string>(order.facts, "api_version").value_or("v1");
    auto path = net::cron_job_path(cluster_.name_space, order.operation.object, version);
    auto text = patch.text();
    co_return co_await send_json_patch(cluster_, std::move(path), std::move(text), order.deadline);
}

asio::awaitable<core::Observation> AwaitJobs::observe(core::Operation operation)
{
    auto path = net::jobs_path(cluster_.name_space);
    const auto reply = co_await read(cluster_, std::move(path));
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    if (!net::string_at(reply.object, "/metadata/continue").empty())
        co_return unreadable(
            reply.detail + ": more than 500 Jobs; delete the ended ones and look again");
    auto observation = readable(reply.detail);
    observation.facts["active"] =
        std::ranges::count_if(net::array_at(reply.object, "/items"), [&](const json::value& job) {
            return is_owned_by(job, operation.object) && !has_ended(job);
        });
    co_return observation;
}

}  // namespace understudy::actions
