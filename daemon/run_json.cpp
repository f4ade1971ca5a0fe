#include "daemon/json_values.hpp"
#include "daemon/obligation_json.hpp"
#include "daemon/operation_text.hpp"
#include "daemon/rebuild.hpp"
#include "daemon/run_timeline.hpp"
#include "daemon/runs_json.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace understudy {

namespace json = boost::json;

namespace {

const core::Run& find_run(const core::RunsReport& report, std::uint64_t number)
{
    for (const auto& run : report.runs) {
        if (run.created.epoch == number)
            return run;
    }
    throw std::runtime_error(
        fmt::format("there is no run {}: understudy history lists them", number));
}

json::array attempts_json(const core::OperationProgress& progress)
{
    json::array result;
    for (const auto& attempt : progress.attempts) {
        // Without a result: it is in flight, or nobody was left to hear how it ended.
        const auto outcome =
            attempt.result ? json::value(name_text(*attempt.result)) : json::value(nullptr);
        result.push_back(
            {{"number", attempt.number},
             {"at", rfc3339(attempt.at)},
             {"deadline_s", seconds_in(attempt.deadline)},
             {"result", outcome},
             {"detail", attempt.detail}});
    }
    return result;
}

json::object progress_json(const core::OperationProgress& progress)
{
    json::object before;
    for (const auto& [key, value] : progress.before)
        before[key] = value;
    return {
        {"state", name_text(progress.state)},
        {"detail", progress.detail},
        {"ended_at", or_null(progress.ended_at)},
        {"before", std::move(before)},
        {"attempts", attempts_json(progress)}};
}

json::object operation_json(
    const core::OperationId& id,
    const core::Operation& operation,
    const core::OperationProgress& progress)
{
    auto result = progress_json(progress);
    result["id"] = text_of(id);
    result["kind"] = name_text(operation.kind);
    result["target"] = operation.target;
    result["object"] = operation.object;
    result["goal"] = goal_of(operation);
    result["command"] = or_null(operation.command);
    return result;
}

json::value took_s(const core::StepProgress& progress)
{
    if (!progress.began_at || !progress.ended_at)
        return nullptr;
    return seconds_in(*progress.ended_at - *progress.began_at);
}

json::array operations_json(
    const core::Run& run, std::uint32_t index, const core::StepProgress& progress)
{
    const auto& operations = run.created.plan.steps[index].operations;
    json::array result;
    for (std::uint32_t i = 0; i < operations.size(); ++i) {
        const core::OperationId id{run.created.epoch, index, i};
        const auto seen =
            i < progress.operations.size() ? progress.operations[i] : core::OperationProgress();
        result.push_back(operation_json(id, operations[i], seen));
    }
    return result;
}

json::array records_json(const core::StepProgress& progress)
{
    json::array result;
    for (const auto& record : progress.records)
        result.push_back(progress_json(record));
    return result;
}

json::array steps_json(const core::Run& run)
{
    json::array result;
    for (std::uint32_t i = 0; i < run.created.plan.steps.size(); ++i) {
        const auto& step = run.created.plan.steps[i];
        const auto progress = i < run.steps.size() ? run.steps[i] : core::StepProgress();
        result.push_back(
            {{"name", step.name},
             {"title", step.title},
             {"point_of_no_return", step.point_of_no_return},
             {"began_at", or_null(progress.began_at)},
             {"ended_at", or_null(progress.ended_at)},
             {"took_s", took_s(progress)},
             {"records", records_json(progress)},
             {"operations", operations_json(run, i, progress)}});
    }
    return result;
}

json::object timeline_json(const RunTimeline& timeline)
{
    return {
        {"suspected", or_null(timeline.suspected)},
        {"failed", or_null(timeline.failed)},
        {"decided", or_null(timeline.decided)},
        {"fenced", or_null(timeline.fenced)},
        {"promoted", or_null(timeline.promoted)},
        {"switched", or_null(timeline.switched)},
        {"last_control_plane_back", or_null(timeline.last_control_plane)},
        {"ended", or_null(timeline.ended)}};
}

json::object phases_json(const RunTimeline& timeline)
{
    json::object result;
    for (const auto& phase : phases_of(timeline))
        result[phase.name] = seconds_in(phase.took);
    return result;
}

json::array events_json(const core::Run& run)
{
    json::array result;
    for (const auto& [at, words] : run.events)
        result.push_back({{"at", rfc3339(at)}, {"text", words}});
    return result;
}

/// What a human would type for whatever of the present step has not reached its goal.
json::array manual_commands(const core::Run& run)
{
    json::array result;
    if (run.state != core::RunState::parked || run.cursor >= run.created.plan.steps.size())
        return result;
    const auto& operations = run.created.plan.steps[run.cursor].operations;
    const auto progress =
        run.cursor < run.steps.size() ? run.steps[run.cursor] : core::StepProgress();
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const bool is_reached = i < progress.operations.size() &&
                                progress.operations[i].state == core::OperationState::reached;
        if (!is_reached && !operations[i].command.empty())
            result.push_back(json::value(operations[i].command));
    }
    return result;
}

json::array rebuild_json(const core::Run& run)
{
    if (run.created.plan.kind != core::RunKind::failover || !run.past_point_of_no_return())
        return {};
    const auto steps = rebuild_steps(run.created.plan);
    return {steps.begin(), steps.end()};
}

}  // namespace

json::object run_json(const core::RunsReport& report, std::uint64_t number)
{
    const auto& run = find_run(report, number);
    const auto timeline = timeline_of(run);
    auto result = run_summary_json(run);
    result["variant"] = name_text(run.created.plan.variant);
    result["undoes"] = run.created.undoes == 0 ? json::value(nullptr) : run.created.undoes;
    result["needs_approval"] = run.created.needs_approval;
    result["evidence"] = run.created.evidence;
    result["waiver"] = waiver_json(run.created.plan.waiver);
    result["past_point_of_no_return"] = run.past_point_of_no_return();
    result["timeline"] = timeline_json(timeline);
    result["phases_s"] = phases_json(timeline);
    result["steps"] = steps_json(run);
    result["events"] = events_json(run);
    result["obligations"] = obligations_json(report, number);
    result["manual_commands"] = manual_commands(run);
    result["rebuild"] = rebuild_json(run);
    return result;
}

}  // namespace understudy
