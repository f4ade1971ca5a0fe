// What people ask of the executor. Everything that is accepted is durable before it is answered.
#include "core/run_steps.hpp"
#include "core/runs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace understudy::core {

namespace {

constexpr Duration hold_max = std::chrono::days(30);

std::string run_name(std::uint64_t epoch) { return "run " + std::to_string(epoch); }

/// The latest moment at which an effect that was sent may land; the epoch when none can.
Instant last_landing(
    const std::vector<Attempt>& attempts, const EffectSettings& settings, const Process& process)
{
    Instant latest{};
    for (const auto& attempt : attempts)
        latest = std::max(latest, open_until(attempt, settings, process).value_or(Instant{}));
    return latest;
}

Instant last_landing(const Ledger& ledger, const EffectSettings& settings, const Process& process)
{
    Instant latest{};
    const auto consider = [&](const std::vector<Attempt>& attempts) {
        latest = std::max(latest, last_landing(attempts, settings, process));
    };
    for (const auto& [id, obligation] : ledger.obligations())
        consider(obligation.attempts);
    if (const auto* run = ledger.open_run(); run != nullptr) {
        for (const auto& step : run->steps) {
            for (const auto& [index, operation] : step.operations)
                consider(operation.attempts);
        }
    }
    return latest;
}

}  // namespace

void Runs::apply(const run_event::Command& event, Now now)
{
    struct Verb {
        std::string_view name;
        void (Runs::*act)(const run_event::Command&, Now);
    };
    static constexpr std::array verbs{
        Verb{"failover", &Runs::fail_over}, Verb{"approve", &Runs::approve},
        Verb{"abort", &Runs::abort},        Verb{"resume", &Runs::resume},
        Verb{"undo", &Runs::undo},          Verb{"rearm", &Runs::rearm},
        Verb{"hold", &Runs::hold},          Verb{"release", &Runs::release},
        Verb{"adopt", &Runs::adopt},        Verb{"waive", &Runs::waive},
        Verb{"takeover", &Runs::take_over}};
    const auto verb = std::ranges::find(verbs, event.verb, &Verb::name);
    if (verb == verbs.end())
        answer(event, false, "unknown verb " + event.verb);
    else if (!impossible_.empty())
        answer(event, false, impossible_);
    else
        (this->*(verb->act))(event, now);
}

/// A refusal is told at once; what was accepted is told when it is durable.
void Runs::answer(const run_event::Command& command, bool ok, std::string text, std::uint64_t run)
{
    run_effect::Answer reply{command.request, ok, std::move(text), run};
    if (ok)
        after_durable(std::move(reply));
    else
        effects_.emplace_back(std::move(reply));
}

std::string Runs::why_not_start(const run_event::Command& command, Now now) const
{
    if (const auto* open = ledger_.open_run(); open != nullptr)
        return run_name(open->epoch()) + " has not ended (" + std::string(name_of(open->state)) +
               "); `understudy show " + std::to_string(open->epoch()) + "`";
    if (!foreign_.empty())
        return foreign_ + "; `understudy takeover` if that installation is gone for good";
    if (!no_room_.empty())
        return no_room_;
    if (is_held(now))
        return hold_in_words(now) + "; `understudy release` ends a hold of ours";
    if (settings_.mode == Mode::observe)
        return "mode is observe: the configuration forbids any action";
    if (!command.closed_gates.empty())
        return "closed gates: " + command.closed_gates + "; `understudy why` shows each";
    return why_not_accepted(command);
}

/// A standby that is not fit in its data or keys takes over only with a human's word for the loss.
std::string Runs::why_not_accepted(const run_event::Command& command)
{
    const auto& loss = command.decision.loss;
    if (!loss.empty() && command.accepted.empty())
        return "the standby would lose " + in_words(loss) +
               "; `understudy plan` shows it, and --accept-loss TEXT takes it upon you";
    if (loss.empty() && !command.accepted.empty())
        return "the standby would lose nothing now: leave out --accept-loss";
    return {};
}

void Runs::create_run(const Decision& decision, Plan plan, RunCreated created, Now now)
{
    created.epoch = ledger_.generation() + 1;
    created.plan_hash = hash_of(plan, hash_);
    created.plan = std::move(plan);
    created.evidence = decision.evidence;
    created.suspected_at = decision.suspected_at;
    created.failed_at = decision.failed_at;
    say(Severity::critical,
        run_name(created.epoch) + ": " + std::string(name_of(created.plan.kind)) + " from " +
            created.plan.old_plane + " to " + created.plan.new_plane + " by " + created.by +
            (created.needs_approval ? ", waits for approval of plan " : ", plan ") +
            created.plan_hash + ": " + created.reason +
            (created.accepted.empty()
                 ? ""
                 : "; accepts to lose " + in_words(created.plan.loss) + ": " + created.accepted));
    write(std::move(created), now);
}

void Runs::fail_over(const run_event::Command& command, Now now)
{
    if (const auto why = why_not_start(command, now); !why.empty()) {
        answer(command, false, why);
        return;
    }
    const auto& decision = command.decision;
    auto plan = plan_now(decision);
    const auto hash = hash_of(plan, hash_);
    if (command.plan_hash != hash) {
        answer(
            command, false,
            "the plan that would run now is " + hash + ", not " + command.plan_hash +
                "; look at `understudy plan` again");
        return;
    }
    RunCreated created;
    created.by = command.by;
    created.reason = command.reason;
    created.accepted = command.accepted;
    create_run(command.decision, std::move(plan), std::move(created), now);
    answer(command, true, "started", ledger_.generation());
}

/// Something of its plan waits for a human's word, and it is under way or owes something still.
bool Runs::has_more_to_do(const Run& run) const
{
    const bool owes = std::ranges::any_of(ledger_.obligations(), [&run](const auto& entry) {
        return entry.first.epoch == run.epoch();
    });
    return run.approved_by.empty() && asks_for_approval(run.plan()) && (!run.has_ended() || owes);
}

void Runs::approve(const run_event::Command& command, Now now)
{
    const auto* run = ledger_.find_run(command.run);
    const bool is_waiting = run != nullptr && run->state == RunState::awaiting_approval;
    if (!is_waiting && (run == nullptr || !has_more_to_do(*run)))
        return answer(command, false, run_name(command.run) + " does not wait for approval");
    if (run->created.plan_hash != command.plan_hash)
        return answer(
            command, false,
            run_name(command.run) + " has plan " + run->created.plan_hash + ", not " +
                command.plan_hash);
    if (is_held(now))
        return answer(command, false, hold_in_words(now));
    if (!is_waiting)
        return approve_rest(*run, command, now);
    if (!command.closed_gates.empty())
        return answer(
            command, false, "gates have closed since it was asked: " + command.closed_gates);
    change_run(*run, RunEvent::approved, command.by, command.reason, now);
    answer(command, true, "approved", command.run);
}

/// A run that began by itself, or has ended: whoever approves its plan now lets it do, or its
/// obligations, what the plan keeps for that.
void Runs::approve_rest(const Run& run, const run_event::Command& command, Now now)
{
    write(Approved{run.epoch(), command.by, command.reason}, now);
    answer(
        command, true, "approved: what its plan does only with a human's word may be done",
        command.run);
}

void Runs::abort(const run_event::Command& command, Now now)
{
    const auto* run = ledger_.find_run(command.run);
    if (run == nullptr || run->has_ended())
        return answer(command, false, run_name(command.run) + " is not under way");
    // What it restores was changed by the run before it, which has given way to it.
    if (run->plan().kind == RunKind::undo)
        return answer(
            command, false,
            run_name(command.run) + " restores what " + run_name(run->created.undoes) +
                " changed, and only goes forward");
    if (run->has_intent())
        return answer(
            command, false,
            run_name(command.run) + " has begun to change the world; " +
                (run->is_past_point_of_no_return()
                     ? "it is past its point of no return and only goes forward"
                     : "`understudy undo " + std::to_string(command.run) +
                           "` restores what it changed"));
    change_run(*run, RunEvent::abort_allowed, command.by, command.reason, now);
    answer(
        command, true,
        "aborted, nothing had been changed; automatic action is off until `understudy rearm`",
        command.run);
}

void Runs::resume(const run_event::Command& command, Now now)
{
    const auto* run = ledger_.find_run(command.run);
    if (run == nullptr || run->state != RunState::parked)
        return answer(command, false, run_name(command.run) + " is not parked");
    if (!foreign_.empty())
        return answer(command, false, foreign_ + "; `understudy takeover` first");
    change_run(*run, RunEvent::resumed, command.by, command.reason, now);
    present_ = {};  // Everything is read again, and its deadlines begin anew.
    answer(command, true, "resumed", command.run);
}

void Runs::undo(const run_event::Command& command, Now now)
{
    const auto* run = ledger_.find_run(command.run);
    if (run == nullptr || run->has_ended() || run->plan().kind != RunKind::failover)
        return answer(command, false, run_name(command.run) + " is no failover under way");
    if (run->is_past_point_of_no_return())
        return answer(
            command, false,
            run_name(command.run) + " is past its point of no return: undoing it would be a second "
                                    "failover of a plane whose data have moved on");
    if (run->state == RunState::running)
        return answer(
            command, false,
            run_name(command.run) + " is running; `understudy hold` stops it before its next "
                                    "effect, then undo it");
    std::vector<Before> changed;
    for (std::uint32_t step = 0; step < run->steps.size(); ++step) {
        for (const auto& [index, progress] : run->steps[step].operations) {
            const OperationId id{run->epoch(), step, index};
            const auto operation = operation_of(*run, id);
            if (operation && operation->kind != OperationKind::record &&
                !progress.attempts.empty() && !progress.before.empty())
                changed.push_back({*operation, progress.before});
        }
    }
    const auto undone = run->plan();
    const auto epoch = run->epoch();
    change_run(*run, RunEvent::superseded, command.by, "undo: " + command.reason, now);
    RunCreated created;
    created.by = command.by;
    created.reason = command.reason;
    created.undoes = epoch;
    create_run(
        command.decision, make_undo_plan(settings_, undone, changed, ledger_.generation()),
        std::move(created), now);
    answer(command, true, "undoing " + run_name(epoch), ledger_.generation());
}

void Runs::rearm(const run_event::Command& command, Now now)
{
    if (const auto* open = ledger_.open_run(); open != nullptr)
        return answer(command, false, run_name(open->epoch()) + " has not ended");
    if (!command.closed_gates.empty())
        return answer(
            command, false, "the standby is not fit to take over: " + command.closed_gates);
    // A control plane that stays away may be gone for good, and harms nobody.
    const auto fence = std::ranges::find_if(ledger_.obligations(), [](const auto& entry) {
        return entry.second.owed.operation.kind == OperationKind::scale;
    });
    if (fence != ledger_.obligations().end())
        return answer(
            command, false,
            "a fence is still owed: " + fence->second.owed.operation.target + ", " +
                fence->second.owed.why);
    write(Armed{command.by, command.reason}, now);
    answer(command, true, "automatic action is armed");
}

void Runs::hold(const run_event::Command& command, Now now)
{
    if (command.duration <= Duration::zero() || command.duration > hold_max)
        return answer(command, false, "a hold lasts more than nothing and at most 30 days");
    const auto until =
        now.wall + std::chrono::duration_cast<std::chrono::milliseconds>(command.duration);
    write(HoldSet{until, command.by, command.reason}, now);
    answer(command, true, "held; `understudy release` ends it");
}

void Runs::release(const run_event::Command& command, Now now)
{
    if (!ledger_.is_held(now.wall))
        return answer(command, false, "no hold of ours is on");
    write(HoldReleased{command.by}, now);
    answer(command, true, is_held(now) ? "released, but " + hold_in_words(now) : "released");
}

/// A human moved the service without us: what we were about to do is no longer ours to do.
void Runs::adopt(const run_event::Command& command, Now now)
{
    const auto known = std::ranges::find(settings_.planes, command.plane, &PlaneSettings::name);
    if (known == settings_.planes.end())
        return answer(command, false, "no plane is called " + command.plane);
    // What lands after people looked would undo what they did by hand.
    if (const auto landing = last_landing(ledger_, settings_.effect, process_);
        landing > now.instant)
        return answer(
            command, false,
            "a change that was sent may still arrive: in " +
                std::to_string(
                    std::chrono::ceil<std::chrono::seconds>(landing - now.instant).count()) +
                " s look at both planes again, then say so again");
    if (const auto* open = ledger_.open_run(); open != nullptr)
        change_run(
            *open, RunEvent::superseded, command.by,
            command.plane + " was adopted as active: " + command.reason, now);
    const auto epoch = ledger_.generation() + 1;
    std::vector<RecordBody> bodies;
    bodies.emplace_back(RolesSwapped{epoch, command.plane, command.by, command.reason});
    for (const auto& [id, obligation] : ledger_.obligations()) {
        if (obligation.owed.plane != command.plane)
            bodies.emplace_back(ObligationEnded{
                id, "void", command.by, command.plane + " is active now: " + command.reason});
    }
    write(std::move(bodies), now);
    after_durable(run_effect::RolesChanged{command.plane});
    answer(command, true, command.plane + " is recorded as active");
}

/// A named human says that the old plane is, or need not be, fenced.
void Runs::waive(const run_event::Command& command, Now now)
{
    std::vector<RecordBody> bodies;
    for (const auto& [id, obligation] : ledger_.obligations()) {
        if (obligation.owed.operation.target == command.plane)
            bodies.emplace_back(ObligationEnded{id, "waived", command.by, command.reason});
    }
    const auto* run = ledger_.open_run();
    if (run != nullptr && run->state == RunState::parked &&
        run->plan().old_plane == command.plane && !run->is_past_point_of_no_return()) {
        for (std::uint32_t step = 0; step < run->plan().steps.size(); ++step) {
            const auto& planned = run->plan().steps[step];
            for (std::uint32_t i = 0; planned.name == "fence" && i < planned.operations.size(); ++i)
                bodies.emplace_back(OperationEnded{
                    {run->epoch(), step, i},
                    std::string(waived),
                    "waived by " + command.by + ": " + command.reason});
        }
    }
    if (bodies.empty())
        return answer(
            command, false, "no fence of " + command.plane + " is owed, and no run waits for one");
    write(std::move(bodies), now);
    answer(
        command, true,
        run != nullptr ? "waived; `understudy resume " + std::to_string(run->epoch()) + "` goes on"
                       : "waived");
}

/// The installation whose record is in the world is gone for good, or was ourselves before a
/// restore.
void Runs::take_over(const run_event::Command& command, Now now)
{
    if (foreign_.empty())
        return answer(command, false, "the world's record is ours: there is nothing to take over");
    write(TookOver{foreign_epoch_, foreign_instance_, command.by, command.reason}, now);
    foreign_.clear();
    took_over_ = now.instant;
    answer(
        command, true,
        "our epochs go on after " + std::to_string(ledger_.generation()) +
            "; what that run had done is read from the world, after the time that anything it sent "
            "may still take to arrive");
}

}  // namespace understudy::core
