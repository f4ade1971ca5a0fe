#include "core/runs.hpp"

#include <algorithm>
#include <utility>

namespace understudy::core {

namespace {

constexpr Duration cap_window = std::chrono::days(30);
/// The longest time between two looks at holds, deadlines and obligations.
constexpr Duration tick = 1s;

std::string too_old(Duration took)
{
    return "the reading took " +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(took).count()) +
           " s, which is too long ago to go by";
}

/// What was read too long ago was not read.
Observation as_of_now(const run_event::Observed& event)
{
    if (!is_old(event.took))
        return event.observation;
    Observation observation;
    observation.detail = too_old(event.took);
    return observation;
}

}  // namespace

Runs::Runs(
    ActingSettings settings,
    Process process,
    Hash hash,
    const std::vector<Record>& journal,
    std::string journal_problem,
    Now now)
    : settings_(std::move(settings)),
      process_(std::move(process)),
      hash_(hash),
      impossible_(std::move(journal_problem)),
      last_(now)
{
    for (const auto& record : journal)
        ledger_.apply(record);
    if (const auto* run = ledger_.open_run(); run != nullptr)
        recalled_run_ = run->epoch();
    // Whatever the calendar did meanwhile, at worst the time of one effect is waited for again.
    if (const auto at = ledger_.took_over_at();
        at && now.wall - *at < settings_.effect.deadline + settings_.effect.server_limit)
        took_over_ = now.instant;
    if (!impossible_.empty())
        return;
    if (ledger_.instance().empty())
        write(Opened{settings_.instance}, now);
    else if (ledger_.instance() != settings_.instance)
        impossible_ = "the journal belongs to instance " + ledger_.instance() +
                      ", the configuration names " + settings_.instance +
                      ": a copied state directory? Set acting.instance back, or start with an "
                      "empty state directory and `understudy takeover`";
}

RunsEffects Runs::step(const RunsEvent& event, Now now)
{
    forget_if_stood_still(now);
    last_ = now;
    std::visit([this, now](const auto& e) { apply(e, now); }, event);
    // Mode `observe` changes nothing, whatever an earlier configuration began.
    if (impossible_.empty() && settings_.mode != Mode::observe) {
        advance(now);
        pay(now);
    }
    tell_acting(now);
    for (auto& change : alerts_.update(wanted_alerts(now), true, now))
        effects_.emplace_back(std::move(change));
    // What is written goes first: nothing of this step is done before it is on its way to the disk.
    if (append_)
        effects_.insert(effects_.begin(), *std::exchange(append_, std::nullopt));
    return std::exchange(effects_, {});
}

/// Whoever was stopped, or slept with its machine, knows the world of before: everything is read
/// again, the hold too.
void Runs::forget_if_stood_still(Now now)
{
    if (!is_old(now.instant - last_.instant))
        return;
    world_hold_.reset();
    dark_since_.reset();
    present_ = {};
    owed_.clear();
}

Instant Runs::wake_at() const
{
    auto wake = last_.instant + tick;
    const auto consider = [&wake](const std::vector<Execution>& executions) {
        for (const auto& execution : executions) {
            if (execution.state() == OperationState::pausing)
                wake = std::min(wake, execution.wake_at());
        }
    };
    // What does not go on now (parked, held) has nothing to wake for; obligations have the tick.
    const auto* run = ledger_.open_run();
    if (run == nullptr || run->state != RunState::running || !impossible_.empty())
        return wake;
    consider(present_.guards);
    consider(present_.records);
    consider(present_.operations);
    return std::max(wake, last_.instant);
}

void Runs::apply(const run_event::Woke&, Now) {}

void Runs::apply(const run_event::Due& event, Now now)
{
    // Nobody but a human accepts a loss, whatever the judge takes for open.
    if (!impossible_.empty() || ledger_.open_run() != nullptr || !event.decision.loss.empty())
        return;
    if (is_held(now)) {
        held_back_at_ = now.instant;
        return;
    }
    const bool may_start = settings_.mode != Mode::observe && ledger_.is_armed() &&
                           !cap_reached(now) && foreign_.empty() && no_room_.empty();
    // What people or their policy turned down is not asked again before the plane has recovered in
    // between. What the gates called off is, when they are open again.
    if (!may_start || declined_ == event.decision.suspected_at)
        return;
    RunCreated created;
    created.by = by_itself;
    created.reason = event.decision.reason;
    created.needs_approval = settings_.mode == Mode::approve;
    create_run(event.decision, plan_now(event.decision), std::move(created), now);
}

void Runs::apply(const run_event::Observed& event, Now now)
{
    if (const auto* run = ledger_.open_run(); run != nullptr && event.id.epoch == run->epoch()) {
        if (auto* execution = find_execution(event.id); execution != nullptr) {
            observed(*run, *execution, as_of_now(event), now);
            return;
        }
    }
    observed_owed(event.id, as_of_now(event), now);
}

void Runs::apply(const run_event::Performed& event, Now now)
{
    write(EffectEnded{event.id, event.attempt, event.result, event.detail}, now);
    auto* execution = find_execution(event.id);
    if (const auto owed = owed_.find(event.id); execution == nullptr && owed != owed_.end())
        execution = &owed->second.operation;
    if (execution == nullptr || execution->attempts() != event.attempt)
        return;
    execution->effect_ended(
        event.result, event.detail, event.retry_after, now.instant, settings_.effect);
    if (execution->move(OperationEvent::performed))
        effects_.emplace_back(run_effect::Observe{event.id, execution->operation()});
}

void Runs::apply(const run_event::Appended& event, Now)
{
    durable_ = std::max(durable_, event.sequence);
    std::vector<std::pair<std::uint64_t, RunsEffect>> still;
    for (auto& [sequence, effect] : std::exchange(waiting_, {})) {
        if (sequence > durable_)
            still.emplace_back(sequence, std::move(effect));
        else
            release_durable(std::move(effect));
    }
    waiting_ = std::move(still);
}

/// An effect whose intent was written, but which must not be sent any more, is not: its time began
/// before the disk was slow.
void Runs::release_durable(RunsEffect effect)
{
    if (const auto* perform = std::get_if<run_effect::Perform>(&effect)) {
        auto* execution = find_execution(perform->id);
        if (const auto owed = owed_.find(perform->id); execution == nullptr && owed != owed_.end())
            execution = &owed->second.operation;
        if (execution == nullptr || !execution->move(OperationEvent::recorded))
            return;
    }
    effects_.emplace_back(std::move(effect));
}

void Runs::apply(const run_event::JournalFailed& event, Now)
{
    if (!impossible_.empty())
        return;
    impossible_ = "the journal can no longer be written: " + event.why +
                  ". Nothing is done any more by this process; repair the disk and restart";
    // What waited for the disk never was durable, so it is not done.
    for (const auto& [sequence, effect] : waiting_) {
        if (const auto* reply = std::get_if<run_effect::Answer>(&effect))
            effects_.emplace_back(run_effect::Answer{reply->request, false, impossible_, 0});
    }
    waiting_.clear();
    append_.reset();
    say(Severity::critical, impossible_);
}

void Runs::apply(const run_event::RoomMade& event, Now)
{
    no_room_ = event.problem;
    has_no_room_ = !no_room_.empty();
}

void Runs::apply(const run_event::WorldHold& event, Now)
{
    world_hold_ = event;
    if (is_old(event.took))
        world_hold_ = {false, too_old(event.took), event.took};
}

void Runs::apply(const run_event::Picture& event, Now now)
{
    picture_ = event;
    if (!event.dark)
        dark_since_.reset();
    else
        dark_since_ = dark_since_.value_or(now.instant);
}

/// A run goes on by the plan that it was created with; only how often and how long is new.
void Runs::apply(const run_event::Reconfigured& event, Now)
{
    auto settings = event.settings;
    settings.instance = settings_.instance;
    settings_ = std::move(settings);
}

void Runs::write(RecordBody body, Now now)
{
    std::vector<RecordBody> bodies;
    bodies.push_back(std::move(body));
    write(std::move(bodies), now);
}

/// What is written in one step is one append, and so one transaction.
void Runs::write(std::vector<RecordBody> bodies, Now now)
{
    if (!impossible_.empty())
        return;
    if (!append_)
        append_ = run_effect::Append{++sequence_, {}};
    for (auto& body : bodies) {
        Record record{now.wall, std::move(body)};
        ledger_.apply(record);
        append_->records.push_back(std::move(record));
    }
}

void Runs::after_durable(RunsEffect effect)
{
    if (append_)
        waiting_.emplace_back(append_->sequence, std::move(effect));
    else if (sequence_ > durable_)
        waiting_.emplace_back(sequence_, std::move(effect));
    else
        release_durable(std::move(effect));
}

bool Runs::is_held(Now now) const
{
    const bool is_free = world_hold_ && world_hold_->readable && world_hold_->hold.empty();
    return ledger_.is_held(now.wall) || !is_free;
}

/// The installation that was taken over is gone, but not what it had sent by then.
bool Runs::other_may_land(Now now) const
{
    const auto& effect = settings_.effect;
    return took_over_ && now.instant - *took_over_ < effect.deadline + effect.server_limit;
}

std::string Runs::hold_in_words(Now now) const
{
    if (ledger_.is_held(now.wall))
        return "held by " + ledger_.hold()->by + ": " + ledger_.hold()->reason;
    if (!world_hold_)
        return "the hold in the standby's cluster has not been read yet";
    if (!world_hold_->readable) {
        const auto& why = world_hold_->hold;
        return "the hold in the standby's cluster cannot be read, which counts as held" +
               (why.empty() ? "" : ": " + why);
    }
    return world_hold_->hold.empty() ? std::string()
                                     : "held in the standby's cluster: " + world_hold_->hold;
}

bool Runs::cap_reached(Now now) const
{
    const auto since = now.wall - std::chrono::duration_cast<std::chrono::milliseconds>(cap_window);
    return ledger_.automatic_runs_since(since) >= settings_.max_automatic_runs;
}

std::string Runs::cap_in_words(Now now) const
{
    const auto since = now.wall - std::chrono::duration_cast<std::chrono::milliseconds>(cap_window);
    return std::to_string(ledger_.automatic_runs_since(since)) + " of " +
           std::to_string(settings_.max_automatic_runs) + " automatic runs in 30 days";
}

Acting Runs::acting(Now now) const
{
    Acting acting;
    acting.armed = ledger_.is_armed();
    if (!acting.armed)
        acting.why_not_armed = "a run has happened; `understudy rearm` when the new standby is fit";
    acting.held = is_held(now);
    acting.hold = hold_in_words(now);
    if (const auto* run = ledger_.open_run(); run != nullptr)
        acting.run = run->epoch();
    acting.cap_reached = cap_reached(now);
    acting.cap = cap_in_words(now);
    acting.impossible = !impossible_.empty() ? impossible_
                        : !foreign_.empty()  ? foreign_
                                             : no_room_;
    // A run has made its room, and goes on.
    if (acting.run != 0 && acting.impossible == no_room_)
        acting.impossible.clear();
    return acting;
}

void Runs::tell_acting(Now now)
{
    auto fresh = acting(now);
    if (has_told_ && fresh == told_)
        return;
    has_told_ = true;
    told_ = fresh;
    effects_.emplace_back(run_effect::ActingChanged{std::move(fresh)});
}

Plan Runs::plan_now(const Decision& decision) const
{
    auto plan = make_failover_plan(
        settings_, decision.old_plane, decision.new_plane, ledger_.generation(),
        decision.last_seen);
    plan.loss = decision.loss;
    return plan;
}

RunsReport Runs::report(Now now) const
{
    RunsReport report;
    report.now = now;
    report.acting = acting(now);
    if (ledger_.is_held(now.wall))
        report.hold = ledger_.hold();
    report.world_hold = world_hold_ && world_hold_->readable ? world_hold_->hold : "cannot be read";
    report.runs = ledger_.runs();
    for (const auto& [id, obligation] : ledger_.obligations())
        report.obligations.push_back(obligation);
    for (const auto* executions : {&present_.guards, &present_.records, &present_.operations}) {
        for (const auto& execution : *executions)
            report.doing[execution.id()] = execution.in_words();
    }
    for (const auto& [id, owed] : owed_)
        report.doing[id] = owed.record_is_ours ? owed.operation.in_words() : owed.record.in_words();
    report.generation = ledger_.generation();
    report.two_active = picture_.two_active;
    report.active = ledger_.active();
    return report;
}

void Runs::say(Severity severity, std::string text)
{
    effects_.emplace_back(run_effect::Say{severity, std::move(text)});
}

}  // namespace understudy::core
