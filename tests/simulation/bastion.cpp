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

constexpr Duration memory_takes = 4ms;

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
        acting_, core::Process{boot_id(), name_ + "-" + std::to_string(process_)}, digest,
        journal.records, journal.problem, now());
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

}  // namespace understudy::simulation
