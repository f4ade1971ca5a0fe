#include "bastion.hpp"

#include <algorithm>
#include <utility>

#include "changing.hpp"
#include "digest.hpp"
#include "places.hpp"
#include "probing.hpp"
#include "reading.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::Duration;
using core::Instant;
using namespace std::chrono_literals;

namespace {

constexpr Duration room_retried_every = 10s;
constexpr Duration memory_takes = 4ms;

/// A free slot of a pool that grows to what a scenario needs at once.
template <class Slot>
std::uint32_t take_slot(std::vector<Slot>& slots)
{
    const auto free = std::ranges::find(slots, true, &Slot::is_over);
    const auto index = static_cast<std::uint32_t>(free - slots.begin());
    if (free == slots.end())
        slots.emplace_back();
    slots[index] = Slot{};
    slots[index].is_over = false;
    return index;
}

}  // namespace

Bastion::Bastion(Stage& stage, std::uint8_t number, const Choices& choices)
    : clock(
          stage.now, static_cast<std::int64_t>(Random(stage.seed, "drift").below(400)) - 200, 0ms),
      stage_(stage),
      number_(number),
      name_(number == 0 ? "bastion" : "copy"),
      watch_settings_(simulation::watch_settings(choices)),
      acting_(simulation::acting_settings(choices)),
      boot_(number == 0 ? 1 : 1000),
      random_(stage.seed, number == 0 ? "bastion" : "copy of the bastion")
{}

core::Now Bastion::now() const { return clock.at(stage_.now); }

bool Bastion::fires(std::string_view alert) const
{
    return std::ranges::any_of(alerts_, [alert](const auto& entry) {
        return entry.first.first == alert && entry.second.firing;
    });
}

void Bastion::note_disturbance() { disturbed_at_ = stage_.now; }

void Bastion::later(Duration in, EventKind kind, std::uint32_t subject)
{
    stage_.plan(in, kind, subject, number_, process_);
}

// The process: the same joints as the daemon's.

void Bastion::start()
{
    if (is_running())
        return;
    ++process_;
    note_disturbance();
    const std::vector<core::MemoryEntry> entries(
        belongings.memory.begin(), belongings.memory.end());
    watch_.emplace(watch_settings_, entries, now());
    auto journal = belongings.disk.load();
    runs_.emplace(
        acting_, core::Process{boot_id()}, digest, journal.records, journal.problem, now());
    for (const auto& [identity, change] : alerts_) {
        if (!change.firing)
            continue;
        if (core::Runs::is_alert_of_runs(change.alert.name))
            runs_->recall_alert(change.alert, change.starts_at);
        else
            watch_->recall_alert(change.alert, change.starts_at);
    }
    stage_.oracle.process_started(*this, !journal.problem.empty());
    stage_.trace.say(stage_.now, name_, "starts");
    watch_timer_ = runs_timer_ = Timer{};
    has_room_ = is_making_room_ = is_dispatching_ = false;
    picture_ = {};
    const auto process = process_;
    if (const auto active = runs_->ledger().active(); !active.empty())
        tell_watch(core::RolesMoved{active});
    if (process == process_)
        tell_watch(core::Woke{});
    if (process == process_)
        tell_runs(core::run_event::Woke{});
    if (process != process_)
        return;
    write_next();
    ask_for_hold();
}

void Bastion::kill(Duration down)
{
    if (!is_running())
        return;
    stage_.trace.say(stage_.now, name_, "is killed");
    stage_.oracle.process_ended(*this);
    watch_.reset();
    runs_.reset();
    ++process_;
    if (stopped_until_ && clock_stands_)
        clock.go_on(stage_.now);
    stopped_until_.reset();
    belongings.disk.crash(random_.chance(500));
    appends_.clear();
    events_.clear();
    memorising_.clear();
    answers_.clear();
    // What has left goes on its way; nobody hears of it any more.
    for (auto& read : reads_)
        read.is_over = true;
    for (auto& seen : seen_)
        seen.is_over = true;
    for (auto& flight : flights_)
        flight.is_over = !flight.is_in_the_air;
    stage_.plan(down, EventKind::process_starts, 0, number_);
}

void Bastion::reboot(Duration down)
{
    kill(down);
    ++boot_;
    const auto before = clock.boot_at(stage_.now);
    clock.restart(stage_.now);
    clock.step_wall(
        std::chrono::duration_cast<std::chrono::milliseconds>(before - clock.boot_at(stage_.now)));
}

void Bastion::stop(Duration length, bool clock_too)
{
    if (!is_running() || stopped_until_)
        return;
    stage_.trace.say(stage_.now, name_, clock_too ? "is paused with its clock" : "stands still");
    stopped_until_ = stage_.now + length;
    constexpr Duration shows = 2s;
    is_stop_noticed_ = !clock_too && length >= shows;
    clock_stands_ = clock_too;
    if (clock_too)
        clock.pause(stage_.now);
    later(length, EventKind::process_goes_on);
}

bool Bastion::is_deferred(const Event& event)
{
    const bool concerns_process = event.process != 0 && event.kind != EventKind::process_goes_on;
    if (!stopped_until_ || !concerns_process)
        return false;
    auto again = event;
    again.at = *stopped_until_;
    stage_.queue.push(again);
    return true;
}

void Bastion::handle(const Event& event)
{
    if ((event.process != 0 && event.process != process_) || is_deferred(event))
        return;
    switch (event.kind) {
    case EventKind::watch_wakes: return wake_watch(event);
    case EventKind::runs_wakes: return wake_runs(event);
    case EventKind::probe_ends: {
        auto seen = std::move(seen_[event.subject]);
        seen_[event.subject].is_over = true;
        stage_.oracle.heard(seen.id, seen.outcome);
        return tell_watch(
            core::ProbeFinished{std::move(seen.id), seen.run, std::move(seen.outcome)});
    }
    case EventKind::reading_ends: {
        auto read = std::move(reads_[event.subject]);
        reads_[event.subject].is_over = true;
        return tell_runs(core::run_event::Observed{
            read.id, std::move(read.observation), now().instant - read.asked_at});
    }
    case EventKind::effect_leaves: return leave(event.subject);
    case EventKind::effect_lands: return land(event.subject);
    case EventKind::effect_ends: return end_effect(event.subject);
    case EventKind::journal_synced: return synced();
    case EventKind::memory_synced: {
        for (auto& [key, value] : memorising_.front())
            belongings.memory.insert_or_assign(std::move(key), std::move(value));
        memorising_.pop_front();
        return;
    }
    case EventKind::room_made: return make_room();
    case EventKind::hold_is_asked: return ask_for_hold();
    case EventKind::hold_is_told: return tell_hold();
    case EventKind::process_starts: return start();
    case EventKind::process_goes_on:
        if (is_stop_noticed_)
            note_disturbance();
        if (clock_stands_)
            clock.go_on(stage_.now);
        stopped_until_.reset();
        stage_.trace.say(stage_.now, name_, "goes on");
        return;
    case EventKind::clusters_exchange:
    case EventKind::fault_begins:
    case EventKind::fault_ends:
    case EventKind::fault_stirs:
    case EventKind::people_look:
    case EventKind::world_settles:
    case EventKind::end: return;
    }
}

void Bastion::arm(Timer& timer, EventKind kind, Instant boot)
{
    const auto at = std::max(clock.true_at(boot), stage_.now);
    if (at >= timer.planned)
        return;
    timer.planned = at;
    later(at - stage_.now, kind);
}

void Bastion::wake_watch(const Event& event)
{
    if (event.at < watch_timer_.planned && watch_timer_.planned != Instant::max())
        return;
    watch_timer_.planned = Instant::max();
    const auto wake = watch_->wake_at();
    if (clock.boot_at(stage_.now) < wake)
        arm(watch_timer_, EventKind::watch_wakes, wake);
    else
        tell_watch(core::Woke{});
}

void Bastion::wake_runs(const Event& event)
{
    if (event.at < runs_timer_.planned && runs_timer_.planned != Instant::max())
        return;
    runs_timer_.planned = Instant::max();
    const auto wake = runs_->wake_at();
    if (clock.boot_at(stage_.now) < wake)
        arm(runs_timer_, EventKind::runs_wakes, wake);
    else
        tell_runs(core::run_event::Woke{});
}

// The judge.

void Bastion::tell_watch(const core::Event& event)
{
    auto effects = watch_->step(event, now());
    for (auto& effect : effects)
        std::visit([this](auto& e) { perform(e); }, effect);
    arm(watch_timer_, EventKind::watch_wakes, watch_->wake_at());
    tell_judgement();
}

void Bastion::tell_judgement()
{
    const auto process = process_;
    auto picture = watch_->picture(now());
    auto due = watch_->due(now());
    if (picture != picture_) {
        picture_ = picture;
        tell_runs(std::move(picture));
    }
    if (due && process == process_)
        tell_runs(core::run_event::Due{std::move(*due)});
}

void Bastion::perform(core::StartProbe& effect)
{
    const auto& probes = watch_->settings().probes;
    const auto probe = std::ranges::find(probes, effect.id, &core::ProbeSettings::id);
    const auto slot = take_slot(seen_);
    auto& seen = seen_[slot];
    seen.id = effect.id;
    seen.run = effect.run;
    stage_.world.advance(stage_.now);
    seen.outcome = run_probe(*probe, stage_.world, stage_.now, random_);
    ++stage_.statistics.probes;
    later(seen.outcome.took, EventKind::probe_ends, slot);
}

void Bastion::perform(core::Remember& effect)
{
    memorising_.push_back(std::move(effect.entries));
    later(memory_takes, EventKind::memory_synced);
}

void Bastion::perform(core::AlertChange& effect)
{
    stage_.trace.say(
        stage_.now, name_, (effect.firing ? "alert " : "resolved ") + effect.alert.name);
    alerts_.insert_or_assign({effect.alert.name, effect.alert.subject}, effect);
}

void Bastion::perform(core::Say& effect)
{
    stage_.trace.say(stage_.now, name_, effect.text);
    stage_.oracle.says(*this, effect.text);
}

// The executor.

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
