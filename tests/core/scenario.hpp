/// The whole judge with a simulated pair around it: events in the order of virtual time, effects
/// kept for the test to look at. No clock, no thread, no randomness of its own.
#pragma once

#include "core/watch.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "healthy_pair.hpp"
#include "moments.hpp"

namespace understudy::core::testing {

/// What a probe would see that is started at `started`; `took` says when it is told.
using Answer = std::function<Outcome(Now started)>;

class Scenario {
public:
    explicit Scenario(
        WatchSettings settings = fast_settings(),
        std::vector<MemoryEntry> recalled = {},
        Duration start = {});

    /// From now on this probe sees what `answer` says; without one it sees a healthy pair.
    void answer(const std::string& probe, Answer answer) { answers_[probe] = std::move(answer); }
    void heal() { answers_.clear(), exchanges_end_.reset(); }
    /// No control plane exchanges anything with the plane any more; nullopt: they do.
    void stop_exchanges() { exchanges_end_ = now_.instant; }
    Outcome healthy(const std::string& probe, Now at) const;

    void run_for(Duration length);
    /// Runs until `reached`; the time that took, or nullopt after `limit`.
    std::optional<Duration> run_until(Duration limit, const std::function<bool()>& reached);
    /// The process stands still. What ran meanwhile is told afterwards, before any wake-up, and
    /// every run whose timeout passed has timed out.
    void stand_still(Duration length);
    void jump_wall_clock(Duration by) { wall_offset_ += by; }
    void reload(WatchSettings settings);
    void send(const Event& event) { perform(watch_.step(event, now())); }

    Now now() const
    {
        return {
            now_.instant,
            now_.wall + std::chrono::duration_cast<std::chrono::milliseconds>(wall_offset_)};
    }
    Report report() const { return watch_.report(now()); }
    PlaneReport plane(const std::string& name = "east") const;
    Judgement judgement(const std::string& plane_name = "east") const
    {
        return plane(plane_name).judgement;
    }
    Gate gate(const std::string& name) const;
    Watch& watch() { return watch_; }

    std::vector<std::string> said;
    std::vector<AlertChange> alerts;
    std::map<std::string, std::string> memory;
    std::map<std::string, std::vector<Instant>> starts;
    /// Called after every step.
    std::function<void()> after_each = [] {};

    std::vector<MemoryEntry> remembered() const { return {memory.begin(), memory.end()}; }
    /// Whether the active plane was called failed at any moment since the beginning.
    bool ever_failed() const;
    int raised(const std::string& alert) const;
    int resolved(const std::string& alert) const;
    std::size_t in_flight() const { return coming_.size(); }

private:
    struct Coming {
        ProbeFinished event;
        Instant started;
    };
    void perform(Effects effects);
    void step_at(Instant at, const Event& event);
    Outcome outcome_of(const std::string& probe, Now started) const;

    Now now_;
    Duration wall_offset_{};
    Watch watch_;
    std::map<std::string, Answer> answers_;
    std::multimap<Instant, Coming> coming_;
    std::optional<Instant> exchanges_end_;
};

/// An answer that is always the same and takes `took`.
Answer always(Reason reason, Duration took = 20ms, Facts facts = {});
/// Silence: nothing comes until the timeout of one second.
Answer silence(Reason reason = Reason::connect_timeout);
/// The other answer from `delay` after `from` on; before it what a healthy pair says.
Answer later(const Scenario& scenario, const std::string& probe, Duration delay, Answer answer);

/// The API and its workloads: enough for `failed`.
void break_east(Scenario& scenario);
bool is_failed(const Scenario& scenario);

}  // namespace understudy::core::testing
