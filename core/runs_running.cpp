// The open run, step by step, to its end.
#include "core/run_steps.hpp"
#include "core/runs.hpp"
#include "core/token_renewal.hpp"
#include "core/ways_on.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace understudy::core {

namespace {

/// An operation that was passed over and that somebody must still bring about.
bool can_be_owed(OperationKind kind)
{
    return kind == OperationKind::scale || kind == OperationKind::rejoin;
}

}  // namespace

Execution* Runs::find_execution(const OperationId& id)
{
    for (auto* executions : {&present_.guards, &present_.records, &present_.operations}) {
        const auto found = std::ranges::find(*executions, id, &Execution::id);
        if (found != executions->end())
            return &*found;
    }
    return nullptr;
}

void Runs::advance(Now now)
{
    const auto* run = ledger_.open_run();
    if (run == nullptr) {
        present_ = {};
        return;
    }
    if (present_.epoch != run->epoch()) {
        take_up(*run, now);
        begin_run(*run);
    }
    expire(*run, now);
    update_hold(*run, now);
    if (run->state != RunState::running || !gates_are_open(*run, now) ||
        !loss_is_accepted(*run, now) || !look_first(*run, now))
        return;
    // Steps whose goals are there already end at once, so several may end in one turn.
    while (run->state == RunState::running) {
        if (!present_.step || *present_.step != run->cursor())
            begin_step(*run, run->cursor(), now);
        drive(*run, now);
        if (run->state != RunState::running || !present_.records.front().has_ended() ||
            !guards_hold() || !std::ranges::all_of(present_.operations, &Execution::has_ended))
            return;
        end_step(*run, now);
        if (run->cursor() == run->steps.size()) {
            end_run(*run, now);
            return;
        }
    }
}

/// Before its first word in the world: a process after us must know it for one of ours.
void Runs::take_up(const Run& run, Now now)
{
    if (run.processes.empty() || run.processes.back() != process_.id)
        write(TakenUp{run.epoch(), process_.id}, now);
}

void Runs::expire(const Run& run, Now now)
{
    if (run.state != RunState::awaiting_approval ||
        now.wall - run.created_at < settings_.approval_expires)
        return;
    declined_ = run.created.suspected_at;
    change_run(run, RunEvent::approval_expired, "", "nobody approved it in time", now);
}

/// A hold keeps the next intent back; what is in flight ends.
void Runs::update_hold(const Run& run, Now now)
{
    // Right after a start the world has not been asked yet: nothing starts, and nobody is told.
    const bool is_known = world_hold_ || ledger_.is_held(now.wall);
    if (run.state == RunState::running && is_known && is_held(now)) {
        change_run(run, RunEvent::hold_began, "", hold_in_words(now), now);
        return;
    }
    if (run.state != RunState::held || is_held(now))
        return;
    change_run(run, RunEvent::hold_ended, "", "the hold is over", now);
    // The time that people took is not the step's, and what was read before it, above all of the
    // fence, is read again.
    present_ = {};
    begin_run(run);
}

bool Runs::is_dark(Now now) const
{
    const auto* run = ledger_.open_run();
    return run != nullptr && dark_since_ && now.instant - *dark_since_ >= run->plan().dark_for;
}

/// Only what cannot be read at all, and only as far as a human signed for it: beforehand, or when
/// the run waited for him.
bool Runs::may_pass_over(const Run& run, const Execution& execution, Now now) const
{
    if (execution.finding() != Finding::unreadable)
        return false;
    if (was_waived(run, execution.id()))
        return true;
    if (run.plan().waiver.by.empty())
        return false;
    // The promotion may be there already: to wait now would leave it half done.
    if (run.is_past_point_of_no_return() && was_passed_over(run, execution.id()))
        return true;
    switch (run.plan().when_unfenceable) {
    case WhenUnfenceable::proceed: return true;
    case WhenUnfenceable::proceed_if_dark: return is_dark(now);
    case WhenUnfenceable::wait_for_human:
    case WhenUnfenceable::refuse: return false;
    }
    return false;
}

void Runs::end_step(const Run& run, Now now)
{
    const auto step = *present_.step;
    say(Severity::info, "run " + std::to_string(run.epoch()) + ": step " +
                            run.plan().steps[step].name + " is done");
    write(StepEnded{run.epoch(), step}, now);
}

void Runs::end_run(const Run& run, Now now)
{
    const auto missing = run.missing();
    const auto& plan = run.plan();
    if (plan.kind == RunKind::undo) {
        change_run(run, RunEvent::undo_reached, "", "what the run had changed is restored", now);
        return;
    }
    std::string names;
    for (const auto& name : missing)
        names += (names.empty() ? "" : ", ") + name;
    write(RolesSwapped{run.epoch(), plan.new_plane, run.created.by, run.created.reason}, now);
    after_durable(run_effect::RolesChanged{plan.new_plane});
    if (missing.empty())
        change_run(
            run, RunEvent::all_reached, "", "every control plane was seen at the new plane", now);
    else
        change_run(run, RunEvent::ended_with_missing, "", "missing: " + names, now);
}

void Runs::drive(const Run& run, Now now)
{
    const auto each = [&](std::vector<Execution>& executions) {
        for (auto& execution : executions) {
            if (run.state == RunState::running)
                drive_one(run, execution, now);
        }
    };
    each(present_.records);
    // Not even the fence is renewed before the world's record says that the run is ours.
    const auto& record_on_the_new = present_.records.front();
    if (!record_on_the_new.has_ended())
        return;
    each(present_.guards);
    if (std::ranges::any_of(present_.guards, &Execution::has_ended))
        present_.guarded_since = present_.guarded_since.value_or(now.instant);
    if (guards_hold())
        each(present_.operations);
}

void Runs::drive_one(const Run& run, Execution& execution, Now now)
{
    const auto& step = run.plan().steps[execution.id().step];
    const bool is_late = present_.looked && now.instant - present_.step_began > step.deadline;
    if (execution.state() == OperationState::stopped) {
        stopped(run, execution, now);
        return;
    }
    const bool is_wanted_only_if_readable =
        step.on_failure == OnFailure::skip && execution.finding() == Finding::unreadable;
    const bool passes = present_.looked && execution.state() == OperationState::pausing &&
                        (is_wanted_only_if_readable || (step.on_failure == OnFailure::fence &&
                                                        may_pass_over(run, execution, now)));
    if ((is_late || passes) && execution.move(OperationEvent::out_of_time)) {
        stopped(run, execution, now);
        return;
    }
    const bool begins =
        execution.state() == OperationState::queued && execution.move(OperationEvent::began);
    const bool wakes =
        !begins && now.instant >= execution.wake_at() && execution.move(OperationEvent::woke);
    if (begins || wakes)
        effects_.emplace_back(run_effect::Observe{execution.id(), execution.operation()});
}

/// May an effect of this operation start now, as far as others are concerned?
bool Runs::may_start(const Run& run, const Execution& execution, Now now) const
{
    if (run.state != RunState::running || !present_.looked || is_held(now) || other_may_land(now))
        return false;
    if (is_record(execution.id()))
        return true;
    const auto& step = run.plan().steps[execution.id().step];
    if (now.instant - present_.step_began < step.delay)
        return false;
    const auto at_work = std::ranges::count_if(present_.operations, &Execution::is_at_work);
    const bool is_tried = std::ranges::any_of(present_.operations, &Execution::has_settled);
    const auto limit = step.first_alone && !is_tried ? 1 : step.concurrency;
    return execution.is_at_work() || at_work < static_cast<std::ptrdiff_t>(limit);
}

/// What a reading for an operation of that run is judged by, whenever it is made.
AssessContext Runs::context_of(const Run& run, const OperationId& id) const
{
    AssessContext context;
    context.instance = settings_.instance;
    context.taken_over = ledger_.taken_over();
    context.plan_hash = run.created.plan_hash;
    context.processes = run.processes;
    context.switched_at_ms = switched_at(run);
    context.is_approved = !run.approved_by.empty();
    context.tokens_kept = why_tokens_are_kept(run, id);
    return context;
}

void Runs::observed(const Run& run, Execution& execution, const Observation& observation, Now now)
{
    if (execution.state() != OperationState::reading)
        return;
    const auto& step = run.plan().steps[execution.id().step];
    auto context = context_of(run, execution.id());
    context.may_act = now.instant - present_.step_began >= step.delay;
    context.old_is_cut_off = old_is_cut_off(run);
    const bool is_first_look = !present_.looked;
    auto event = execution.judge(observation, context, may_start(run, execution, now), now.instant);
    // The first look only wants to know whether there is somebody to talk to.
    if (is_first_look)
        event = OperationEvent::not_yet;
    if (execution.finding() == Finding::foreign) {
        foreign_ = execution.assessment().why;
        foreign_instance_ = find_fact<std::string>(execution.facts(), "instance").value_or("");
        foreign_epoch_ = static_cast<std::uint64_t>(std::max<std::int64_t>(
            0, find_fact<std::int64_t>(execution.facts(), "epoch").value_or(0)));
        execution.move(OperationEvent::not_yet);
        park(run, std::string(record_is_foreign) + foreign_, RunEvent::foreign_record, now);
        return;
    }
    if (execution.tries() >= settings_.effect.attempts_max && event == OperationEvent::needed)
        event = OperationEvent::forbidden;
    const bool is_guarded = execution.id().step == present_.step && !is_record(execution.id());
    if (event == OperationEvent::needed && is_guarded && guards_are_old(now)) {
        renew_guards(run);
        event = OperationEvent::not_yet;
    }
    if (!execution.move(event))
        return;
    if (execution.state() == OperationState::reached)
        reached(run, execution, now);
    else if (execution.state() == OperationState::intending)
        intend(execution, now);
    else if (execution.state() == OperationState::pausing)
        execution.pause_until(now.instant + settings_.effect.poll);
}

void Runs::reached(const Run& run, Execution& execution, Now now)
{
    const auto& assessment = execution.assessment();
    if (assessment.shortfall.empty()) {
        write(
            OperationEnded{
                execution.id(), std::string(name_of(OperationState::reached)), assessment.why},
            now);
        return;
    }
    // The goal is there, and yet the run must not be called done: what is missing is named.
    say(Severity::warning, "run " + std::to_string(run.epoch()) + ": " + assessment.shortfall);
    write(OperationEnded{execution.id(), std::string(reached_short), assessment.shortfall}, now);
}

/// t0 is taken before the intent is written, so the time that the disk takes counts against us.
void Runs::intend(Execution& execution, Now now)
{
    const auto deadline = deadline_of(execution);
    const auto attempt =
        execution.begin_attempt(now.instant, deadline + settings_.effect.server_limit);
    auto operation = execution.operation();
    auto before = execution.assessment().before;
    for (const auto& [name, value] : execution.assessment().effect)
        before[name] = operation.parameters[name] = value;
    write(
        Intent{execution.id(), attempt, process_.boot_id, now.instant, deadline, std::move(before)},
        now);
    after_durable(run_effect::Perform{
        execution.id(), attempt, std::move(operation), execution.facts(), now.instant, deadline});
}

/// A program of the operator's (`timeout_ms`) may take as long as he allowed it; a request may not.
Duration Runs::deadline_of(const Execution& execution) const
{
    const auto timeout = execution.operation().parameter("timeout_ms");
    std::int64_t milliseconds = 0;
    std::from_chars(timeout.data(), timeout.data() + timeout.size(), milliseconds);
    return milliseconds > 0 ? Duration(std::chrono::milliseconds(milliseconds))
                            : settings_.effect.deadline;
}

void Runs::stopped(const Run& run, Execution& execution, Now now)
{
    const auto& step = run.plan().steps[execution.id().step];
    const auto why = "step " + step.name + ", " + execution.operation().target + " " +
                     execution.operation().object + ": " + execution.in_words();
    if (execution.id().index == record_on_old) {
        pass_over(run, execution, false, now);
        return;
    }
    const auto policy = is_record(execution.id()) ? OnFailure::park : step.on_failure;
    switch (policy) {
    case OnFailure::skip: pass_over(run, execution, false, now); return;
    case OnFailure::tolerate:
        pass_over(run, execution, can_be_owed(execution.operation().kind), now);
        return;
    case OnFailure::fence:
        if (may_pass_over(run, execution, now)) {
            pass_over(run, execution, true, now);
            return;
        }
        break;
    case OnFailure::park: break;
    }
    park(run, why, RunEvent::operation_stopped, now);
}

void Runs::pass_over(const Run& run, Execution& execution, bool owe, Now now)
{
    const auto detail = execution.in_words();
    if (!execution.move(OperationEvent::given_up))
        return;
    // A human's word stands, and nothing is owed for it.
    if (was_waived(run, execution.id()))
        return;
    write(
        OperationEnded{execution.id(), std::string(name_of(OperationState::passed_over)), detail},
        now);
    if (owe && !ledger_.obligations().contains(execution.id()))
        write(
            ObligationOwed{execution.id(), run.plan().new_plane, execution.operation(), detail},
            now);
    if (!is_record(execution.id()))
        say(Severity::warning, "run " + std::to_string(run.epoch()) + ": goes on without " +
                                   execution.operation().target + " " +
                                   execution.operation().object + " (" + detail + ")");
}

void Runs::park(const Run& run, const std::string& why, RunEvent event, Now now)
{
    change_run(run, event, "", why, now);
}

void Runs::change_run(
    const Run& run, RunEvent event, const std::string& by, const std::string& why, Now now)
{
    const auto to = next(run.state, event);
    if (!to)
        return;
    const auto severity =
        *to == RunState::parked || *to == RunState::degraded ? Severity::critical : Severity::info;
    say(severity, "run " + std::to_string(run.epoch()) + ": " + std::string(name_of(run.state)) +
                      " -> " + std::string(name_of(*to)) + (by.empty() ? "" : " by " + by) +
                      (why.empty() ? "" : ": " + why));
    write(RunChanged{run.epoch(), *to, by, why}, now);
}

/// Since when an exchange is one with the new plane; 0: not yet. That is, since the floating name
/// was seen switched and, as far as the run got, what holds connections to the old plane stopped:
/// until then a cluster whose metrics do not name its peer may go on with the old one.
std::int64_t Runs::switched_at(const Run& run)
{
    std::optional<WallTime> since;
    for (const auto* const name : {"switch-name", "retire"}) {
        const auto* step = step_named(run.plan(), name);
        if (step == nullptr)
            continue;
        const auto& progress = run.steps[index_of(run.plan(), *step)];
        const auto at = progress.ended_at ? progress.ended_at : progress.began_at;
        since = std::max(since, at);
    }
    return since ? since->time_since_epoch().count() : 0;
}

/// Pods that outlive their deployment on a machine that is cut off go on serving.
bool Runs::old_is_cut_off(const Run& run)
{
    const auto* retire = step_named(run.plan(), "retire");
    if (retire == nullptr)
        return false;
    const auto step = index_of(run.plan(), *retire);
    for (std::uint32_t i = 0; i < retire->operations.size(); ++i) {
        if (was_passed_over(run, {run.epoch(), step, i}))
            return false;
    }
    return run.steps[step].ended_at.has_value();
}

}  // namespace understudy::core
