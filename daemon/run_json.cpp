#include "core/operation_machine.hpp"
#include "core/ways_on.hpp"
#include "daemon/json_values.hpp"
#include "daemon/obligation_json.hpp"
#include "daemon/operation_text.hpp"
#include "daemon/rebuild.hpp"
#include "daemon/run_timeline.hpp"
#include "daemon/runs_json.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

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

/// What is known of an operation: `doing` tells of one that is under way.
struct Progress {
    core::OperationId id;
    const core::OperationProgress* journal = nullptr;  ///< Null: the journal tells nothing yet.
    std::string doing;
};

Progress progress_of(
    const core::RunsReport& report, const core::Run& run, std::uint32_t step, std::uint32_t index)
{
    Progress progress{{run.epoch(), step, index}, nullptr, {}};
    if (step < run.steps.size()) {
        const auto found = run.steps[step].operations.find(index);
        if (found != run.steps[step].operations.end())
            progress.journal = &found->second;
    }
    if (const auto found = report.doing.find(progress.id); found != report.doing.end())
        progress.doing = found->second;
    return progress;
}

json::object before_json(const core::Parameters& before)
{
    json::object result;
    for (const auto& [key, value] : before)
        result[key] = value;
    return result;
}

json::object progress_json(const Progress& progress)
{
    static const core::OperationProgress nothing;
    const auto& journal = progress.journal != nullptr ? *progress.journal : nothing;
    return {
        {"id", text_of(progress.id)},
        {"state", or_null(journal.ended)},
        {"doing", or_null(progress.doing)},
        {"detail", journal.detail},
        {"ended_at", or_null(journal.ended_at)},
        {"before", before_json(journal.before)},
        {"attempts", attempts_json(journal)}};
}

json::object operation_json(const core::Operation& operation, const Progress& progress)
{
    auto result = progress_json(progress);
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
    const core::RunsReport& report, const core::Run& run, std::uint32_t index)
{
    const auto& operations = run.plan().steps[index].operations;
    json::array result;
    for (std::uint32_t i = 0; i < operations.size(); ++i)
        result.push_back(operation_json(operations[i], progress_of(report, run, index, i)));
    return result;
}

/// The run's claim in the world, written before each step: on the new plane, then on the old one.
json::array records_json(const core::RunsReport& report, const core::Run& run, std::uint32_t index)
{
    json::array result;
    for (const auto record : {core::record_on_new, core::record_on_old}) {
        auto item = progress_json(progress_of(report, run, index, record));
        item["target"] =
            record == core::record_on_new ? run.plan().new_plane : run.plan().old_plane;
        result.push_back(std::move(item));
    }
    return result;
}

json::array steps_json(const core::RunsReport& report, const core::Run& run)
{
    json::array result;
    for (std::uint32_t i = 0; i < run.plan().steps.size(); ++i) {
        const auto& step = run.plan().steps[i];
        const auto progress = i < run.steps.size() ? run.steps[i] : core::StepProgress();
        result.push_back(
            {{"name", step.name},
             {"title", step.title},
             {"point_of_no_return", step.point_of_no_return},
             {"began_at", or_null(progress.began_at)},
             {"ended_at", or_null(progress.ended_at)},
             {"took_s", took_s(progress)},
             {"records", records_json(report, run, i)},
             {"operations", operations_json(report, run, i)}});
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

json::array commands_json(const core::Run& run)
{
    if (run.state != core::RunState::parked)
        return {};
    return array_of(core::manual_commands(run));
}

json::array rebuild_json(const core::Run& run)
{
    if (run.plan().kind != core::RunKind::failover || !run.is_past_point_of_no_return())
        return {};
    return array_of(rebuild_steps(run.plan()));
}

}  // namespace

json::object run_json(const core::RunsReport& report, std::uint64_t number)
{
    const auto& run = find_run(report, number);
    const auto timeline = timeline_of(run);
    auto result = run_summary_json(run);
    result["variant"] = name_text(run.plan().variant);
    result["undoes"] = run.created.undoes == 0 ? json::value(nullptr) : run.created.undoes;
    result["needs_approval"] = run.created.needs_approval;
    result["evidence"] = run.created.evidence;
    result["waiver"] = waiver_json(run.plan().waiver);
    result["loss"] = loss_json(run.plan().loss, run.created.suspected_at);
    result["past_point_of_no_return"] = run.is_past_point_of_no_return();
    result["timeline"] = timeline_json(timeline);
    result["phases_s"] = phases_json(timeline);
    result["steps"] = steps_json(report, run);
    result["events"] = events_json(run);
    result["obligations"] = obligations_json(report, number);
    result["ways_on"] = run.state == core::RunState::parked ? core::ways_on(run) : "";
    result["manual_commands"] = commands_json(run);
    result["rebuild"] = rebuild_json(run);
    return result;
}

}  // namespace understudy
