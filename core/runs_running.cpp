// The open run, from its first look at the old plane to its end.
#include "core/runs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace understudy::core {

namespace {

const Step* step_named(const Plan& plan, std::string_view name)
{
    const auto found = std::ranges::find(plan.steps, name, &Step::name);
    return found == plan.steps.end() ? nullptr : &*found;
}

std::uint32_t index_of(const Plan& plan, const Step& step)
{
    return static_cast<std::uint32_t>(&step - plan.steps.data());
}

const OperationProgress* progress_of(const Run& run, const OperationId& id)
{
    const auto& operations = run.steps[id.step].operations;
    const auto found = operations.find(id.index);
    return found == operations.end() ? nullptr : &found->second;
}

bool was_passed_over(const Run& run, const OperationId& id)
{
    const auto* progress = progress_of(run, id);
    return progress != nullptr && progress->ended == name_of(OperationState::passed_over);
}

bool has_begun_to_fence(const Run& run)
{
    const auto* fence = step_named(run.plan(), "fence");
    if (fence == nullptr)
        return true;
    const auto& progress = run.steps[index_of(run.plan(), *fence)];
    return progress.ended_at || std::ranges::any_of(progress.operations, [](const auto& entry) {
               return entry.first < record_on_new && !entry.second.attempts.empty();
           });
}

bool all_have_ended(const std::vector<Execution>& executions)
{
    return std::ranges::all_of(executions, &Execution::has_ended);
}

bool is_record(const OperationId& id) { return id.index >= record_on_new; }

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
    if (present_.epoch != run->epoch())
        begin_run(*run);
    expire(*run, now);
    update_hold(*run, now);
    if (run->state != RunState::running || !loss_is_accepted(*run, now) || !look_first(*run, now))
        return;
    // Steps whose goals are there already end at once, so several may end in one turn.
    while (run->state == RunState::running) {
        if (!present_.step || *present_.step != run->cursor())
            begin_step(*run, run->cursor(), now);
        drive(*run, now);
        if (run->state != RunState::running || !present_.records.front().has_ended() ||
            !guards_hold() || !all_have_ended(present_.operations))
            return;
        end_step(*run, now);
        if (run->cursor() == run->steps.size()) {
            end_run(*run, now);
            return;
        }
    }
}

void Runs::expire(const Run& run, Now now)
{
    if (run.state != RunState::awaiting_approval ||
        now.wall - run.created_at < settings_.approval_expires)
        return;
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

void Runs::begin_run(const Run& run)
{
    present_ = {};
    present_.epoch = run.epoch();
    const auto* fence = step_named(run.plan(), "fence");
    // Once something was intended the run only goes forward: then there is nothing to look at
    // first.
    if (fence == nullptr || run.has_intent()) {
        present_.looked = true;
        return;
    }
    const auto step = index_of(run.plan(), *fence);
    for (std::uint32_t i = 0; i < fence->operations.size(); ++i) {
        const OperationId id{run.epoch(), step, i};
        if (!was_passed_over(run, id))
            present_.guards.emplace_back(id, fence->operations[i]);
    }
}

/// Until the fence begins: is what the standby would lose still no more than what a human accepted?
/// From then on the old plane adds nothing to it.
bool Runs::loss_is_accepted(const Run& run, Now now)
{
    const auto& accepted = run.plan().loss;
    if (accepted.empty() || has_begun_to_fence(run))
        return true;
    if (!picture_.loss) {
        present_.loss_unknown_since = present_.loss_unknown_since.value_or(now.instant);
        if (now.instant - *present_.loss_unknown_since > settings_.quiet_deadline)
            refuse_loss(run, "what the standby would lose cannot be told", now);
        return false;
    }
    present_.loss_unknown_since.reset();
    if (covers(accepted, *picture_.loss))
        return true;
    refuse_loss(run, "the standby would lose " + in_words(*picture_.loss), now);
    return false;
}

void Runs::refuse_loss(const Run& run, const std::string& why, Now now)
{
    const auto text = why + "; accepted was " + in_words(run.plan().loss) +
                      ". Look at `understudy plan` again for a new run";
    if (run.has_intent())
        park(
            run, text + ", after `understudy undo " + std::to_string(run.epoch()) + "`",
            RunEvent::operation_stopped, now);
    else
        change_run(run, RunEvent::abort_allowed, "", text, now);
}

/// Before the first intent: can the old plane be fenced at all? If not, the run may have to wait,
/// or not to be, while nothing was changed yet.
bool Runs::look_first(const Run& run, Now now)
{
    if (present_.looked)
        return true;
    bool all = true;
    for (auto& execution : present_.guards) {
        all = judge_first_look(run, execution, now) && all;
        if (run.state != RunState::running)
            return false;
    }
    if (!all)
        return false;
    present_.looked = true;
    present_.guards.clear();
    return true;
}

bool Runs::judge_first_look(const Run& run, Execution& execution, Now now)
{
    const bool has_read = execution.state() == OperationState::pausing;
    if (has_read && execution.finding() != Finding::unreadable)
        return true;
    if (has_read && may_pass_over(run, execution, now))
        return true;
    if (has_read && run.plan().when_unfenceable == WhenUnfenceable::refuse) {
        change_run(
            run, RunEvent::abort_allowed, "",
            "the old plane cannot be read, so it cannot be fenced: " + execution.in_words(), now);
        return false;
    }
    if (has_read && run.plan().when_unfenceable == WhenUnfenceable::wait_for_human) {
        park(
            run,
            "the old plane cannot be read, so it cannot be fenced, and nothing was changed: " +
                execution.in_words(),
            RunEvent::operation_stopped, now);
        return false;
    }
    drive_one(run, execution, now);
    return false;
}

bool Runs::is_dark(Now now) const
{
    const auto* run = ledger_.open_run();
    return run != nullptr && dark_since_ && now.instant - *dark_since_ >= run->plan().dark_for;
}

/// Only what cannot be read at all, and only as far as a human signed for it beforehand.
bool Runs::may_pass_over(const Run& run, const Execution& execution, Now now) const
{
    if (execution.finding() != Finding::unreadable || run.plan().waiver.by.empty())
        return false;
    switch (run.plan().when_unfenceable) {
    case WhenUnfenceable::proceed: return true;
    case WhenUnfenceable::proceed_if_dark: return is_dark(now);
    case WhenUnfenceable::wait_for_human:
    case WhenUnfenceable::refuse: return false;
    }
    return false;
}

void Runs::begin_step(const Run& run, std::uint32_t step, Now now)
{
    present_.step = step;
    present_.guards.clear();
    present_.records.clear();
    present_.operations.clear();
    present_.step_began = now.instant;
    write(StepBegan{run.epoch(), step, process_.boot_id, now.instant}, now);

    add_execution(present_.records, run, {run.epoch(), step, record_on_new});
    add_execution(present_.records, run, {run.epoch(), step, record_on_old});
    const auto& planned = run.plan().steps[step];
    for (std::uint32_t i = 0; i < planned.operations.size(); ++i)
        add_execution(present_.operations, run, {run.epoch(), step, i});
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
    const auto* progress = progress_of(run, id);
    if (progress == nullptr)
        return;
    execution.recall(progress->attempts, settings_.effect, process_);
    if (progress->ended == name_of(OperationState::passed_over))
        execution.recall_end(OperationState::passed_over, progress->detail);
}

void Runs::renew_guards(const Run& run)
{
    present_.guards.clear();
    present_.guarded_since.reset();
    const auto* fence = step_named(run.plan(), "fence");
    if (fence == nullptr)
        return;
    const auto step = index_of(run.plan(), *fence);
    for (std::uint32_t i = 0; i < fence->operations.size(); ++i)
        add_execution(present_.guards, run, {run.epoch(), step, i});
}

bool Runs::guards_hold() const { return all_have_ended(present_.guards); }

/// Whatever kept the promotion back after the fence was read (a standby that did not answer, a
/// refusal), somebody may have started the old plane meanwhile.
bool Runs::guards_are_old(Now now) const
{
    return present_.guarded_since && is_old(now.instant - *present_.guarded_since);
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
    each(present_.guards);
    if (std::ranges::any_of(present_.guards, &Execution::has_ended))
        present_.guarded_since = present_.guarded_since.value_or(now.instant);
    const auto& record_on_the_new = present_.records.front();
    if (record_on_the_new.has_ended() && guards_hold())
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
    if (run.state != RunState::running || !present_.looked || is_held(now))
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

void Runs::observed(const Run& run, Execution& execution, const Observation& observation, Now now)
{
    if (execution.state() != OperationState::reading)
        return;
    const auto& step = run.plan().steps[execution.id().step];
    AssessContext context;
    context.instance = settings_.instance;
    context.taken_over = ledger_.taken_over();
    context.plan_hash = run.created.plan_hash;
    context.may_act = now.instant - present_.step_began >= step.delay;
    context.switched_at_ms = switched_at(run);
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
        park(run, foreign_, RunEvent::foreign_record, now);
        return;
    }
    if (execution.attempts() >= settings_.effect.attempts_max && event == OperationEvent::needed)
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
    if (const auto& effect = execution.assessment().effect; !effect.empty()) {
        operation.parameters["effect"] = effect;
        before["effect"] = effect;
    }
    write(
        Intent{execution.id(), attempt, process_.boot_id, now.instant, deadline, std::move(before)},
        now);
    after_durable(run_effect::Perform{
        execution.id(), attempt, std::move(operation), execution.facts(), now.instant, deadline});
}

/// A program of the operator's may take as long as he allowed it; a request may not.
Duration Runs::deadline_of(const Execution& execution) const
{
    const auto* run = ledger_.find_run(execution.id().epoch);
    if (execution.operation().kind == OperationKind::hook && run != nullptr)
        return run->plan().steps[execution.id().step].deadline;
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
    write(
        OperationEnded{execution.id(), std::string(name_of(OperationState::passed_over)), detail},
        now);
    if (owe)
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
    if (*to == RunState::aborted || *to == RunState::expired)
        declined_ = run.created.suspected_at;
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

}  // namespace understudy::core
