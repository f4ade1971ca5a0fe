#include "daemon/metrics_families.hpp"
#include "daemon/run_timeline.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <utility>

namespace understudy {

using core::RunState;

namespace {

constexpr std::array kinds{core::RunKind::failover, core::RunKind::undo};

std::vector<RunState> run_states(bool are_final)
{
    std::vector<RunState> result;
    for (std::size_t i = 0; i < core::run_state_count; ++i) {
        const auto state = static_cast<RunState>(i);
        if (is_final(state) == are_final)
            result.push_back(state);
    }
    return result;
}

const core::Run* open_run(const core::RunsReport& runs)
{
    for (const auto& run : runs.runs | std::views::reverse) {
        if (!run.has_ended())
            return &run;
    }
    return nullptr;
}

void add_permission(Families& families, const core::RunsReport& runs)
{
    auto armed = Family::gauge(
        "armed", "1 while automatic action is armed; 0 after a run, until somebody re-arms it.");
    armed.add({}, runs.acting.armed ? 1 : 0);
    auto held = Family::gauge(
        "held", "1 while a hold is on, here or in the world's record; unreadable counts as on.");
    held.add({}, runs.acting.held ? 1 : 0);
    auto until = Family::gauge(
        "hold_until_timestamp_seconds", "When the hold expires; absent while there is none.");
    if (runs.hold)
        until.add({}, seconds_of(runs.hold->until));
    for (auto* family : {&armed, &held, &until})
        family->move_to(families);
}

/// All combinations, so that the first run is an increase and not a new series.
void add_totals(Families& families, const core::RunsReport& runs)
{
    std::map<std::pair<core::RunKind, RunState>, int> counts;
    for (const auto& run : runs.runs)
        ++counts[{run.created.plan.kind, run.state}];
    auto total = Family::counter(
        "runs_total", "Runs that ended, over the life of the journal, by how they ended.");
    for (const auto kind : kinds) {
        for (const auto state : run_states(true))
            total.add({{"kind", name_of(kind)}, {"result", name_of(state)}}, counts[{kind, state}]);
    }
    total.move_to(families);
}

/// Each name once: a series that came twice would cost Prometheus the whole page.
std::map<std::string, bool> steps_of(const core::Run& run)
{
    std::map<std::string, bool> result;
    const auto& steps = run.created.plan.steps;
    for (std::size_t i = 0; i < steps.size(); ++i)
        result[steps[i].name] |= i == run.cursor();
    return result;
}

void add_open_run(Families& families, const core::RunsReport& runs)
{
    const auto* run = open_run(runs);
    if (run == nullptr)
        return;
    auto state = Family::gauge(
        "run_state", "1 for the state of the run that has not ended; absent while there is none.");
    for (const auto each : run_states(false))
        state.add({{"state", name_of(each)}}, run->state == each ? 1 : 0);
    auto step = Family::gauge(
        "run_step", "1 for the step that the run is at, 0 for its others; absent without a run.");
    for (const auto& [name, is_present] : steps_of(*run))
        step.add({{"step", name}}, is_present ? 1 : 0);
    state.move_to(families);
    step.move_to(families);
}

void add_durations(Families& families, const core::RunsReport& runs)
{
    if (runs.runs.empty())
        return;
    auto duration = Family::gauge(
        "run_duration_seconds",
        "Phases of the last run; a phase that has not ended, or did not happen, is absent.");
    for (const auto& phase : phases_of(timeline_of(runs.runs.back())))
        duration.add({{"phase", phase.name}}, seconds_of(phase.took));
    duration.move_to(families);
}

bool owes_fence(const core::RunsReport& runs, const std::string& plane)
{
    return std::ranges::any_of(runs.obligations, [&](const core::Obligation& obligation) {
        return obligation.owed.operation.target == plane && is_owed_fence(runs, obligation);
    });
}

void add_dangers(Families& families, const core::RunsReport& runs, const core::Report& report)
{
    auto owed = Family::gauge(
        "fence_owed",
        "1 while a run has ended without the old plane's fence, which is still owed.");
    for (const auto& plane : report.planes)
        owed.add({{"plane", plane.name}}, owes_fence(runs, plane.name) ? 1 : 0);
    auto two = Family::gauge("two_active", "1 while both planes answer as the active one.");
    two.add({}, runs.two_active ? 1 : 0);
    owed.move_to(families);
    two.move_to(families);
}

}  // namespace

void add_run_families(Families& families, const core::RunsReport& runs, const core::Report& report)
{
    add_permission(families, runs);
    add_totals(families, runs);
    add_open_run(families, runs);
    add_durations(families, runs);
    add_dangers(families, runs, report);
}

}  // namespace understudy
