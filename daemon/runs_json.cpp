#include "daemon/runs_json.hpp"

#include "daemon/json_values.hpp"
#include "daemon/obligation_json.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <ranges>

namespace understudy {

namespace json = boost::json;

namespace {

json::object hold_json(const core::RunsReport& report)
{
    json::object result{
        {"on", report.acting.held},
        {"until", nullptr},
        {"by", nullptr},
        {"reason", nullptr},
        {"in_the_world", or_null(report.world_hold)},
        {"summary", or_null(report.acting.hold)}};
    if (report.hold) {
        result["until"] = rfc3339(report.hold->until);
        result["by"] = report.hold->by;
        result["reason"] = report.hold->reason;
    }
    return result;
}

json::value step_name(const core::Run& run)
{
    const auto& steps = run.created.plan.steps;
    return run.cursor() < steps.size() ? json::value(steps[run.cursor()].name)
                                       : json::value(nullptr);
}

json::value open_run(const core::RunsReport& report)
{
    for (const auto& run : report.runs | std::views::reverse) {
        if (!run.has_ended())
            return run_summary_json(run);
    }
    return nullptr;
}

}  // namespace

json::object run_summary_json(const core::Run& run)
{
    json::value took = nullptr;
    if (run.ended_at)
        took = seconds_in(*run.ended_at - run.created_at);
    return {
        {"run", run.created.epoch},
        {"kind", name_text(run.created.plan.kind)},
        {"state", name_text(run.state)},
        {"why", run.why},
        {"old_plane", run.created.plan.old_plane},
        {"new_plane", run.created.plan.new_plane},
        {"step", run.has_ended() ? json::value(nullptr) : step_name(run)},
        {"by", run.created.by},
        {"reason", run.created.reason},
        {"accepted_loss", or_null(run.created.accepted)},
        {"plan_hash", run.created.plan_hash},
        {"created_at", rfc3339(run.created_at)},
        {"ended_at", or_null(run.ended_at)},
        {"took_s", took},
        {"missing", array_of(run.missing())}};
}

json::object acting_json(core::Mode mode, const core::RunsReport& report)
{
    const auto& acting = report.acting;
    return {
        {"mode", name_text(mode)},
        {"armed", acting.armed},
        {"why_not_armed", or_null(acting.why_not_armed)},
        {"hold", hold_json(report)},
        {"cap", or_null(acting.cap)},
        {"cap_reached", acting.cap_reached},
        {"impossible", or_null(acting.impossible)},
        {"generation", report.generation},
        {"run", open_run(report)},
        {"obligations", obligations_json(report)},
        {"two_active", report.two_active}};
}

json::object history_json(const core::RunsReport& report)
{
    json::array runs;
    for (const auto& run : report.runs | std::views::reverse)
        runs.push_back(run_summary_json(run));
    return {{"runs", std::move(runs)}, {"obligations", obligations_json(report)}};
}

}  // namespace understudy
