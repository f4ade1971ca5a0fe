#include "daemon/run_timeline.hpp"

#include "core/operation_machine.hpp"

#include <algorithm>

namespace understudy {

using core::Operation;
using core::OperationKind;
using core::OperationState;
using core::WallTime;
using Moment = std::optional<WallTime>;

namespace {

Moment if_known(WallTime time) { return time == WallTime() ? Moment() : Moment(time); }

bool takes_away(const Operation& operation)
{
    return operation.kind == OperationKind::scale && operation.parameter("replicas") == "0";
}

Moment reached_at(const core::Run& run, std::size_t step, std::uint32_t index)
{
    if (step >= run.steps.size())
        return {};
    const auto found = run.steps[step].operations.find(index);
    const bool is_reached =
        found != run.steps[step].operations.end() && core::is_reached(found->second.ended);
    return is_reached ? found->second.ended_at : Moment();
}

/// When the last of all operations that `wanted` picks reached its goal. Empty when there is none,
/// or when one has not: a fence of one writer out of two is no fence.
template <class Wanted>
Moment all_reached(const core::Run& run, Wanted wanted)
{
    Moment last;
    for (std::size_t i = 0; i < run.created.plan.steps.size(); ++i) {
        const auto& step = run.created.plan.steps[i];
        for (std::uint32_t j = 0; j < step.operations.size(); ++j) {
            if (!wanted(step, step.operations[j]))
                continue;
            const auto moment = reached_at(run, i, j);
            if (!moment)
                return {};
            last = std::max(last, moment);
        }
    }
    return last;
}

Moment reached(const core::Run& run, OperationKind kind)
{
    return all_reached(
        run, [kind](const auto&, const Operation& operation) { return operation.kind == kind; });
}

/// Writers only: what holds connections is scaled to zero as well, but after the promotion.
Moment fenced(const core::Run& run)
{
    const auto& plan = run.created.plan;
    bool promotes = false;
    return all_reached(run, [&](const core::Step& step, const Operation& operation) {
        promotes = promotes || step.point_of_no_return;
        return !promotes && takes_away(operation) && operation.target == plan.old_plane;
    });
}

Moment promoted(const core::Run& run)
{
    return all_reached(run, [](const core::Step& step, const Operation& operation) {
        return step.point_of_no_return || operation.kind == OperationKind::await_primary;
    });
}

Moment switched(const core::Run& run)
{
    if (const auto moment = reached(run, OperationKind::switch_name))
        return moment;
    return reached(run, OperationKind::resolve_name);
}

void add_phase(
    std::vector<RunPhase>& phases, std::string_view name, const Moment& from, const Moment& to)
{
    if (from && to)
        phases.push_back({name, std::max(core::Duration(), core::Duration(*to - *from))});
}

}  // namespace

RunTimeline timeline_of(const core::Run& run)
{
    RunTimeline timeline;
    timeline.suspected = if_known(run.created.suspected_at);
    timeline.failed = if_known(run.created.failed_at);
    timeline.decided = if_known(run.created_at);
    timeline.ended = run.ended_at;
    if (run.created.plan.kind != core::RunKind::failover)
        return timeline;
    timeline.fenced = fenced(run);
    timeline.promoted = promoted(run);
    timeline.switched = switched(run);
    timeline.last_control_plane = reached(run, OperationKind::rejoin);
    return timeline;
}

std::vector<RunPhase> phases_of(const RunTimeline& timeline)
{
    std::vector<RunPhase> phases;
    add_phase(phases, "suspected_to_decided", timeline.suspected, timeline.decided);
    add_phase(phases, "decided_to_fenced", timeline.decided, timeline.fenced);
    add_phase(phases, "fenced_to_promoted", timeline.fenced, timeline.promoted);
    add_phase(phases, "promoted_to_switched", timeline.promoted, timeline.switched);
    add_phase(
        phases, "switched_to_last_control_plane", timeline.switched, timeline.last_control_plane);
    const auto& begin = timeline.suspected ? timeline.suspected : timeline.decided;
    add_phase(phases, "total", begin, timeline.ended);
    return phases;
}

bool is_owed_fence(const core::RunsReport& report, const core::Obligation& obligation)
{
    if (!takes_away(obligation.owed.operation))
        return false;
    const auto epoch = obligation.owed.id.epoch;
    const auto run = std::ranges::find(
        report.runs, epoch, [](const core::Run& each) { return each.created.epoch; });
    if (run == report.runs.end())
        return true;
    const auto& steps = run->created.plan.steps;
    const auto promotion = std::ranges::find(steps, true, &core::Step::point_of_no_return);
    return obligation.owed.id.step <= promotion - steps.begin();
}

}  // namespace understudy
