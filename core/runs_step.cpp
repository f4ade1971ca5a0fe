// What a step of the open run is made of: the world's record, the plan's operations, and before the
// point of no return the fence once more.
#include "core/run_steps.hpp"
#include "core/runs.hpp"

#include <iterator>

namespace understudy::core {

namespace {

/// Effects of another run at the same object that may still land: what is there now may not stay.
std::vector<Attempt> open_attempts_at(
    const Operation& operation,
    const Run& run,
    const EffectSettings& settings,
    const Process& process)
{
    std::vector<Attempt> open;
    for (std::uint32_t step = 0; step < run.steps.size(); ++step) {
        for (const auto& [index, progress] : run.steps[step].operations) {
            const auto other = operation_of(run, {run.epoch(), step, index});
            if (!other || other->kind != operation.kind || other->target != operation.target ||
                other->object != operation.object)
                continue;
            std::ranges::copy_if(
                progress.attempts, std::back_inserter(open), [&](const Attempt& attempt) {
                    return open_until(attempt, settings, process).has_value();
                });
        }
    }
    // Not one of this run's own, whose tries are counted.
    for (auto& attempt : open)
        attempt.number = 0;
    return open;
}

}  // namespace

void Runs::begin_step(const Run& run, std::uint32_t step, Now now)
{
    present_.step = step;
    present_.guards.clear();
    present_.guarded_since.reset();
    present_.records.clear();
    present_.operations.clear();
    present_.step_began = now.instant;
    write(StepBegan{run.epoch(), step, process_.boot_id, now.instant}, now);

    add_execution(present_.records, run, {run.epoch(), step, record_on_new});
    add_execution(present_.records, run, {run.epoch(), step, record_on_old});
    const auto& planned = run.plan().steps[step];
    for (std::uint32_t i = 0; i < planned.operations.size(); ++i)
        add_execution(present_.operations, run, {run.epoch(), step, i});
    for (auto* executions : {&present_.records, &present_.operations})
        for (auto& execution : *executions)
            recall_passed_over(execution, run);
    if (planned.point_of_no_return)
        renew_guards(run);
}

/// With what the journal knows of earlier tries.
void Runs::add_execution(std::vector<Execution>& to, const Run& run, const OperationId& id)
{
    const auto operation = operation_of(run, id);
    if (!operation)
        return;
    auto& execution = to.emplace_back(id, *operation);
    if (const auto* undone = ledger_.find_run(run.created.undoes); undone != nullptr)
        execution.recall(
            open_attempts_at(*operation, *undone, settings_.effect, process_), settings_.effect,
            process_);
    if (const auto* progress = progress_of(run, id); progress != nullptr)
        execution.recall(progress->attempts, settings_.effect, process_);
}

void Runs::recall_passed_over(Execution& execution, const Run& run)
{
    if (was_passed_over(run, execution.id()))
        execution.recall_end(OperationState::passed_over, progress_of(run, execution.id())->detail);
}

void Runs::renew_guards(const Run& run)
{
    present_.guards.clear();
    present_.guarded_since.reset();
    const auto* fence = step_named(run.plan(), "fence");
    if (fence == nullptr)
        return;
    const auto step = index_of(run.plan(), *fence);
    // Also what could not be fenced before: it may be back.
    for (std::uint32_t i = 0; i < fence->operations.size(); ++i)
        add_execution(present_.guards, run, {run.epoch(), step, i});
}

bool Runs::guards_hold() const
{
    return std::ranges::all_of(present_.guards, &Execution::has_ended);
}

/// Whatever kept the promotion back after the fence was read (a standby that did not answer, a
/// refusal), somebody may have started the old plane meanwhile.
bool Runs::guards_are_old(Now now) const
{
    return present_.guarded_since && is_old(now.instant - *present_.guarded_since);
}

}  // namespace understudy::core
