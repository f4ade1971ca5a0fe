/// Joins the two ends of the world to the judge: runs probes when it asks, feeds it what they
/// yield, and hands its other effects on.
#pragma once

#include "core/watch.hpp"
#include "daemon/health.hpp"
#include "probes/held_connection.hpp"
#include "probes/probe.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// The probes by their id. Shared with runs in flight, so that a reload can replace them.
using ProbeSet = std::map<std::string, std::shared_ptr<probes::Probe>>;

/// A connection that is held to a plane only to notice when it breaks.
struct Held {
    std::string plane;
    std::shared_ptr<probes::HeldConnection> connection;
};

/// Where the judge's effects go. All are called on the event loop and must not block.
struct EnginePorts {
    std::function<void(std::vector<core::MemoryEntry>)> remember;
    std::function<void(const core::AlertChange&)> tell;
    std::function<void(core::Severity, const std::string&)> log;
    std::function<void(const std::string& id, const core::Outcome&, core::Duration lag)> observed;
    std::function<void()> judged;  ///< After its effects were handed on: the picture is new.
};

/// Lives on one thread. `run` must have ended before it is destroyed.
class Engine {
public:
    Engine(
        boost::asio::any_io_executor executor,
        core::Watch watch,
        ProbeSet probes,
        std::vector<Held> held,
        EnginePorts ports);

    /// Watches until it is cancelled, then cancels the probes in flight and waits for them.
    boost::asio::awaitable<void> run();

    void reload(core::WatchSettings settings, ProbeSet probes, std::vector<Held> held);
    void store_failed(const std::string& why);
    void acting_changed(const core::Acting& acting);
    void roles_moved(const std::string& active);

    core::Report report() const;
    core::run_event::Picture picture() const;
    std::optional<core::Decision> due() const;
    core::Decision decision() const;
    std::string closed_for(std::string_view verb) const { return watch_.closed_for(verb); }
    const core::WatchSettings& settings() const noexcept { return watch_.settings(); }
    /// Of the judge: what the watchdog and the heartbeat follow.
    const Progress& progress() const noexcept { return progress_; }
    int probes_in_flight() const noexcept { return static_cast<int>(in_flight_.size()); }

private:
    void dispatch(const core::Event& event);
    void perform(core::StartProbe& effect);
    void perform(core::Remember& effect);
    void perform(core::AlertChange& effect);
    void perform(core::Say& effect);
    boost::asio::awaitable<core::Outcome> run_probe(
        std::shared_ptr<probes::Probe> probe, core::Duration budget);
    void probe_ended(
        const std::string& id, std::uint64_t run, core::Duration lag, core::Outcome outcome);
    void start_holding();
    boost::asio::awaitable<void> hold(Held held);
    void arm_timer();

    boost::asio::any_io_executor executor_;
    core::Watch watch_;
    ProbeSet probes_;
    EnginePorts ports_;
    boost::asio::steady_timer timer_;
    core::Instant armed_for_{};
    Progress progress_{"the decision loop", judge_stuck_after};
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> in_flight_;
    std::vector<Held> held_;
    /// One for each connection that is held, also for those of an earlier configuration that are
    /// just ending.
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> holding_;
    std::uint64_t next_hold_ = 0;
    bool stopping_ = false;
};

}  // namespace understudy
