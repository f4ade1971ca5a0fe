// The bastion's executor: its journal, its readings and effects on their way, and the hold.
#include <algorithm>
#include <utility>

#include "bastion.hpp"
#include "changing.hpp"
#include "reading.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::Duration;
using core::Instant;
using namespace std::chrono_literals;

namespace {

constexpr Duration room_retried_every = 10s;

}  // namespace

void Bastion::tell_runs(core::RunsEvent event)
{
    events_.push_back(std::move(event));
    if (is_dispatching_)
        return;
    is_dispatching_ = true;
    const auto process = process_;
    while (process == process_ && !events_.empty()) {
        const auto next = std::move(events_.front());
        events_.pop_front();
        auto effects = runs_->step(next, now());
        for (auto& effect : effects) {
            if (process == process_)
                std::visit([this](auto& e) { perform(e); }, effect);
        }
    }
    if (process != process_)
        return;
    is_dispatching_ = false;
    arm(runs_timer_, EventKind::runs_wakes,
        std::max(runs_->wake_at(), now().instant + Duration(1ms)));
}

void Bastion::perform(Append& effect)
{
    stage_.oracle.intends(*this, effect.records);
    appends_.push_back(std::move(effect));
    write_next();
}

/// One after the other; between runs room is made for a whole one.
void Bastion::write_next()
{
    if (belongings.disk.is_writing())
        return;
    if (appends_.empty()) {
        const bool wants_room = !has_room_ && !is_making_room_ &&
                                runs_->ledger().open_run() == nullptr && !belongings.disk.fails;
        if (wants_room) {
            is_making_room_ = true;
            later(20ms, EventKind::room_made);
        }
        return;
    }
    if (stage_.boundaries.kills(Boundary::before_write))
        return kill(random_.between(1s, 30s));
    belongings.disk.write(appends_.front().records);
    later(random_.between(stage_.disk_takes / 2, stage_.disk_takes), EventKind::journal_synced);
}

void Bastion::synced()
{
    if (belongings.disk.fails || (belongings.disk.is_full && !has_room_)) {
        belongings.disk.crash(false);
        appends_.pop_front();
        stage_.oracle.journal_failed(*this);
        return tell_runs(core::run_event::JournalFailed{"disk I/O error"});
    }
    belongings.disk.sync();
    const auto append = std::move(appends_.front());
    appends_.pop_front();
    const auto ends_a_run = std::ranges::any_of(append.records, [](const core::Record& record) {
        const auto* change = std::get_if<core::RunChanged>(&record.body);
        return change != nullptr && core::is_final(change->state);
    });
    has_room_ = has_room_ && !ends_a_run;
    if (stage_.boundaries.kills(Boundary::after_write))
        return kill(random_.between(1s, 30s));
    const auto process = process_;
    tell_runs(core::run_event::Appended{append.sequence});
    if (process == process_)
        write_next();
}

void Bastion::make_room()
{
    is_making_room_ = false;
    if (runs_->ledger().open_run() != nullptr || belongings.disk.is_writing())
        return;
    core::run_event::RoomMade made;
    has_room_ = !belongings.disk.is_full && !belongings.disk.fails;
    if (!has_room_) {
        made.problem = "no room for a whole run in the journal";
        is_making_room_ = true;
        later(room_retried_every, EventKind::room_made);
    }
    tell_runs(std::move(made));
}

void Bastion::perform(core::run_effect::Observe& effect)
{
    const auto slot = take_slot(reads_);
    stage_.world.advance(stage_.now);
    auto reading = read_operation(effect.operation, stage_.world, stage_.now, random_);
    reads_[slot].id = effect.id;
    reads_[slot].observation = std::move(reading.observation);
    reads_[slot].asked_at = now().instant;
    later(reading.took, EventKind::reading_ends, slot);
}

void Bastion::perform(core::run_effect::Answer& effect)
{
    stage_.trace.say(
        stage_.now, name_, (effect.ok ? "answers yes: " : "answers no: ") + effect.text);
    answers_.insert_or_assign(effect.request, std::move(effect));
}

void Bastion::perform(core::run_effect::ActingChanged& effect)
{
    tell_watch(core::ActingTold{std::move(effect.acting)});
}

void Bastion::perform(core::run_effect::RolesChanged& effect)
{
    tell_watch(core::RolesMoved{std::move(effect.active)});
}

void Bastion::perform(core::run_effect::Say& effect)
{
    stage_.trace.say(stage_.now, name_, effect.text);
}

core::run_effect::Answer Bastion::ask(core::run_event::Command command)
{
    command.request = ++requests_;
    command.decision = watch_->decision(now());
    command.closed_gates = watch_->closed_for(command.verb);
    const auto request = command.request;
    stage_.trace.say(stage_.now, "human", command.verb + " " + std::to_string(command.run));
    tell_runs(std::move(command));
    const auto found = answers_.find(request);
    return found == answers_.end() ? core::run_effect::Answer{} : found->second;
}

// Effects: what the executor of the daemon does with an order.

Instant Bastion::kill_time(const core::run_effect::Perform& order) const
{
    constexpr Duration kill_after = 1s;
    return order.started_at + order.deadline + kill_after;
}

void Bastion::perform(core::run_effect::Perform& effect)
{
    if (stage_.boundaries.kills(Boundary::before_send))
        return kill(random_.between(1s, 30s));
    const auto slot = take_slot(flights_);
    auto& flight = flights_[slot];
    flight.order = std::move(effect);
    flight.process = process_;
    const auto why_not = now().instant >= flight.order.started_at + flight.order.deadline
                             ? std::string("nothing was sent: its time was over before it began")
                             : obstacle_to(flight.order);
    if (!why_not.empty()) {
        flight.result = core::EffectResult::refused;
        flight.detail = why_not;
        flight.is_answered = true;
        return later(1ms, EventKind::effect_ends, slot);
    }
    if (random_.chance(stage_.stops_before_sending_per_mille))
        stop(random_.between(1s, 20s), false);
    if (is_stopped())
        return later(*stopped_until_ - stage_.now + Duration(1us), EventKind::effect_leaves, slot);
    leave(slot);
}

void Bastion::leave(std::uint32_t slot)
{
    auto& flight = flights_[slot];
    // The kernel ends a process that slept past an effect's time before it can send a byte.
    if (now().instant >= kill_time(flight.order)) {
        flight.is_over = true;
        stage_.statistics.reach(Sometimes::sender_killed_by_its_timer);
        return kill(2s);
    }
    stage_.oracle.sends(*this, flight.order);
    const auto& link = link_of(flight.order.operation, stage_.world);
    const auto passage = pass(link, random_);
    flight.back = passage.back;
    flight.is_answered = passage.is_answered;
    if (passage.arrives) {
        const auto dawdles = random_.between(Duration::zero(), stage_.server_dawdles);
        // Bytes that are late in the network belong to no process any more.
        flight.is_in_the_air = true;
        stage_.plan(passage.there + dawdles, EventKind::effect_lands, slot, number_);
    } else if (passage.is_reset) {
        flight.result = core::EffectResult::refused;
        flight.detail = "nothing was sent: connection refused";
        later(passage.there, EventKind::effect_ends, slot);
    } else {
        answer_later(slot, clock.true_at(flight.order.started_at + flight.order.deadline));
    }
    if (stage_.boundaries.kills(Boundary::after_send))
        kill(random_.between(1s, 30s));
}

void Bastion::land(std::uint32_t slot)
{
    auto& flight = flights_[slot];
    flight.is_in_the_air = false;
    stage_.world.advance(stage_.now);
    const auto reception = receive(flight.order, instance(), stage_.world, stage_.now, random_);
    stage_.oracle.lands(*this, flight.order, reception);
    if (reception.settles > stage_.now && reception.settles != Instant::max())
        stage_.queue.push({reception.settles, 0, EventKind::world_settles, 0, 0, 0});
    flight.result = reception.result;
    flight.detail = reception.detail;
    flight.retry_after = reception.retry_after;
    const auto end = clock.true_at(flight.order.started_at + flight.order.deadline);
    const bool hears =
        flight.is_answered && reception.is_answered && stage_.now + flight.back <= end;
    if (!hears)
        flight.result = core::EffectResult::unknown;
    answer_later(slot, hears ? stage_.now + flight.back : end);
}

void Bastion::answer_later(std::uint32_t slot, Instant at)
{
    // A process that died hears nothing.
    if (flights_[slot].process != process_) {
        flights_[slot].is_over = true;
        return;
    }
    later(std::max(at - stage_.now, Duration(1us)), EventKind::effect_ends, slot);
}

void Bastion::end_effect(std::uint32_t slot)
{
    auto flight = std::move(flights_[slot]);
    flights_[slot].is_over = true;
    stage_.oracle.effect_ended(*this, flight.order, flight.result);
    if (stage_.boundaries.kills(Boundary::after_answer))
        return kill(random_.between(1s, 30s));
    tell_runs(core::run_event::Performed{
        flight.order.id, flight.order.attempt, flight.result, std::move(flight.detail),
        flight.retry_after});
}

// The hold in the standby's cluster, which is asked for again and again.

Duration Bastion::time_to_next_hold() const
{
    if (acting_.mode == core::Mode::observe)
        return 30s;
    const auto& ledger = runs_->ledger();
    const bool is_at_work = ledger.open_run() != nullptr || !ledger.obligations().empty();
    return is_at_work ? 1s : 5s;
}

void Bastion::ask_for_hold()
{
    core::Operation record;
    record.kind = core::OperationKind::record;
    record.object = "understudy";
    for (const auto& plane : acting_.planes) {
        if (record.target.empty() && plane.name != picture_.active)
            record.target = plane.name;
    }
    auto reading = read_operation(record, stage_.world, stage_.now, random_);
    asked_hold_.readable = reading.observation.readable;
    asked_hold_.hold = core::find_fact<std::string>(reading.observation.facts, "hold").value_or("");
    hold_asked_at_ = now().instant;
    later(reading.took, EventKind::hold_is_told);
}

void Bastion::tell_hold()
{
    const auto process = process_;
    asked_hold_.took = now().instant - hold_asked_at_;
    tell_runs(asked_hold_);
    if (process == process_)
        later(time_to_next_hold(), EventKind::hold_is_asked);
}

}  // namespace understudy::simulation
