/// One bastion: the product's judge and executor in a process, on a machine with a disk.
#pragma once

#include "core/runs.hpp"
#include "core/watch.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disk.hpp"
#include "event_queue.hpp"
#include "node_clock.hpp"
#include "pair_settings.hpp"
#include "random.hpp"

namespace understudy::simulation {

struct Stage;

/// What of it outlives the process: a copy of it is a copy of the bastion.
struct Belongings {
    Disk disk;
    std::map<std::string, std::string> memory;
};

class Bastion {
public:
    Bastion(Stage& stage, std::uint8_t number, const Choices& choices);

    void start();
    void kill(core::Duration down);
    void reboot(core::Duration down);
    /// The process stands still; the machine's clock runs on, or not.
    void stop(core::Duration length, bool clock_too);
    void handle(const Event& event);

    core::run_effect::Answer ask(core::run_event::Command command);

    bool is_running() const { return watch_.has_value(); }
    bool is_stopped() const { return stopped_until_.has_value(); }
    std::uint8_t number() const { return number_; }
    const std::string& instance() const { return acting_.instance; }
    const core::Watch& watch() const { return *watch_; }
    const core::Runs& runs() const { return *runs_; }
    const core::WatchSettings& watch_settings() const { return watch_settings_; }
    const core::ActingSettings& acting_settings() const { return acting_; }
    core::Now now() const;
    bool fires(std::string_view alert) const;
    std::uint32_t boots() const { return boot_; }
    std::string boot_id() const { return "boot-" + std::to_string(boot_); }
    /// When it last started, stood still or had its clock moved: what it saw before is worthless.
    core::Instant disturbed_at() const { return disturbed_at_; }
    void note_disturbance();

    NodeClock clock;
    Belongings belongings;

private:
    using Append = core::run_effect::Append;
    struct Flight {
        core::run_effect::Perform order;
        core::EffectResult result = core::EffectResult::unknown;
        std::string detail;
        core::Duration retry_after{};
        core::Duration back{};
        std::uint32_t process = 0;
        bool is_in_the_air = false;  ///< Nobody can call it back.
        bool is_answered = false;
        bool is_over = true;
    };
    struct Seen {
        std::string id;
        std::uint64_t run = 0;
        core::Outcome outcome;
        bool is_over = true;
    };
    struct Read {
        core::OperationId id;
        core::Observation observation;
        core::Instant asked_at{};
        bool is_over = true;
    };
    /// A timer that is armed again and again: at most one event of it is under way.
    struct Timer {
        core::Instant planned = core::Instant::max();
    };

    /// A free slot of a pool that grows to what a scenario needs at once.
    template <class Slot>
    static std::uint32_t take_slot(std::vector<Slot>& slots)
    {
        const auto free = std::ranges::find(slots, true, &Slot::is_over);
        const auto index = static_cast<std::uint32_t>(free - slots.begin());
        if (free == slots.end())
            slots.emplace_back();
        slots[index] = Slot{};
        slots[index].is_over = false;
        return index;
    }

    void tell_watch(const core::Event& event);
    void tell_runs(core::RunsEvent event);
    void tell_judgement();
    void perform(core::StartProbe& effect);
    void perform(core::Remember& effect);
    void perform(core::AlertChange& effect);
    void perform(core::Say& effect);
    void perform(Append& effect);
    void perform(core::run_effect::Observe& effect);
    void perform(core::run_effect::Perform& effect);
    void perform(core::run_effect::Answer& effect);
    void perform(core::run_effect::ActingChanged& effect);
    void perform(core::run_effect::RolesChanged& effect);
    void perform(core::run_effect::Say& effect);

    void write_next();
    void synced();
    void make_room();
    void leave(std::uint32_t slot);
    void land(std::uint32_t slot);
    void answer_later(std::uint32_t slot, core::Instant at);
    void end_effect(std::uint32_t slot);
    void ask_for_hold();
    void tell_hold();
    core::Duration time_to_next_hold() const;
    void arm(Timer& timer, EventKind kind, core::Instant boot);
    void wake_watch(const Event& event);
    void wake_runs(const Event& event);
    void later(core::Duration in, EventKind kind, std::uint32_t subject = 0);
    bool is_deferred(const Event& event);
    core::Instant kill_time(const core::run_effect::Perform& order) const;

    Stage& stage_;
    std::uint8_t number_;
    std::string name_;
    core::WatchSettings watch_settings_;
    core::ActingSettings acting_;
    std::optional<core::Watch> watch_;
    std::optional<core::Runs> runs_;
    std::uint32_t process_ = 0;
    std::uint32_t boot_;
    core::Instant disturbed_at_{};
    std::optional<core::Instant> stopped_until_;
    bool clock_stands_ = false;
    bool is_stop_noticed_ = false;
    Random random_;

    Timer watch_timer_;
    Timer runs_timer_;
    std::vector<Seen> seen_;
    std::vector<Read> reads_;
    std::vector<Flight> flights_;
    std::deque<std::vector<core::MemoryEntry>> memorising_;
    std::deque<Append> appends_;
    std::deque<core::RunsEvent> events_;
    bool is_dispatching_ = false;
    bool has_room_ = false;
    bool is_making_room_ = false;
    core::run_event::WorldHold asked_hold_;
    core::Instant hold_asked_at_{};
    core::run_event::Picture picture_;
    std::map<std::pair<std::string, std::string>, core::AlertChange> alerts_;
    std::map<std::uint64_t, core::run_effect::Answer> answers_;
    std::uint64_t requests_ = 0;
};

}  // namespace understudy::simulation
