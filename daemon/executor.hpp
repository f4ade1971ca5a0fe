/// Joins the two ends of the world to the executor's machine: makes its records durable, reads the
/// world when it asks, does what it orders, and feeds it what comes back.
#pragma once

#include "actions/action.hpp"
#include "core/runs.hpp"
#include "daemon/health.hpp"
#include "net/kill_timer.hpp"
#include "store/journal.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace understudy {

/// Where the machine's effects go. All are called on the event loop and must not block.
struct ExecutorPorts {
    std::function<void(const core::AlertChange&)> tell;
    std::function<void(core::Severity, const std::string&)> log;
    std::function<void(const core::Acting&)> acting_changed;
    std::function<void(const std::string& active)> roles_moved;
};

/// What a reading for `understudy plan` gave.
using Rehearsal = std::map<core::OperationId, core::Assessment>;

/// Lives on one thread. `run` must have ended before it is destroyed.
class Executor {
public:
    /// `world` is null when the configuration forbids any action (mode `observe`).
    Executor(
        boost::asio::any_io_executor executor,
        core::Runs runs,
        store::Journal& journal,
        std::unique_ptr<actions::Action> world,
        ExecutorPorts ports);

    /// Works until it is cancelled, then cancels what is in flight and waits for it.
    boost::asio::awaitable<void> run();

    /// After every step of the judge.
    void told(core::run_event::Picture picture, std::optional<core::Decision> due);
    void reload(core::ActingSettings settings, std::unique_ptr<actions::Action> world);

    /// A human's command; the answer comes when it is durable.
    boost::asio::awaitable<core::run_effect::Answer> ask(core::run_event::Command command);
    /// Reads the world for every operation of the plan that may be read before the run.
    boost::asio::awaitable<Rehearsal> rehearse(core::Plan plan);

    core::RunsReport report() const;
    const core::Runs& runs() const noexcept { return runs_; }

    const Progress& progress() const noexcept { return progress_; }
    /// Why what is to be journaled is not; empty while it is.
    std::optional<std::string> journal_stuck(core::Instant now) const
    {
        return journal_backlog_.stuck(now);
    }

private:
    using Append = core::run_effect::Append;

    void dispatch(core::RunsEvent event);
    void perform(Append& effect);
    void perform(core::run_effect::Observe& effect);
    void perform(core::run_effect::Perform& effect);
    void perform(core::run_effect::Answer& effect);
    void perform(core::run_effect::ActingChanged& effect);
    void perform(core::run_effect::RolesChanged& effect);
    void perform(core::run_effect::Say& effect);
    void perform(core::AlertChange& effect);

    boost::asio::awaitable<void> observe(core::OperationId id, core::Operation operation);
    boost::asio::awaitable<void> act(core::run_effect::Perform order);
    boost::asio::awaitable<void> write_journal();
    boost::asio::awaitable<bool> write(Append append);
    boost::asio::awaitable<void> make_room();
    boost::asio::awaitable<void> watch_world_hold();
    std::chrono::seconds time_to_next_hold() const;
    boost::asio::awaitable<void> keep_time();
    boost::asio::awaitable<void> rehearse_one(
        core::OperationId id, core::Operation operation, Rehearsal& rehearsal);
    boost::asio::awaitable<void> drain();
    void spawn(boost::asio::awaitable<void> task);
    void arm_timer();
    std::string standby() const;

    boost::asio::any_io_executor executor_;
    core::Runs runs_;
    store::Journal& journal_;
    std::shared_ptr<actions::Action>
        world_;  ///< Shared with what is in flight: a reload replaces it.
    ExecutorPorts ports_;
    net::KillTimer kill_timer_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer journal_news_;
    std::deque<core::RunsEvent> events_;
    bool is_dispatching_ = false;
    std::deque<Append> appends_;
    bool has_room_ = false;  ///< For a whole run.
    Backlog journal_backlog_{"the journal", "no run goes on", journal_stuck_after};
    Progress progress_{"the executor", executor_stuck_after};
    std::map<std::uint64_t, std::function<void(core::run_effect::Answer)>> asked_;
    std::uint64_t next_request_ = 1;
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> in_flight_;
    std::uint64_t next_task_ = 0;
    core::run_event::Picture picture_;
    bool stopping_ = false;
};

}  // namespace understudy
