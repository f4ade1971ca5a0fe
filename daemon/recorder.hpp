/// Makes durable what the judge wants remembered and told, in order, off the event loop.
#pragma once

#include "core/alerts.hpp"
#include "core/knowledge.hpp"
#include "daemon/health.hpp"
#include "daemon/notifier.hpp"
#include "store/memory.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace understudy {

/// The alert as receivers get it: labels identify, annotations tell. And back, for a restart.
store::AlertEvent event_of(const core::AlertChange& change, const std::string& observer);
core::Alert alert_of(const store::AlertEvent& event);

/// Accepts work on the event loop and never blocks it. A failed store is reported once; alerts go
/// on.
class Recorder {
public:
    Recorder(
        boost::asio::any_io_executor executor,
        store::Worker& worker,
        store::Memory& memory,
        Notifier& notifier,
        std::string observer,
        std::function<void(const std::string&)> store_failed);

    void remember(std::vector<core::MemoryEntry> entries);
    void tell(const core::AlertChange& change);

    /// Why what was accepted is not being recorded; empty while it is.
    std::optional<std::string> stuck(core::Instant now) const { return backlog_.stuck(now); }

    /// Works until it is cancelled; what was accepted before is recorded first.
    boost::asio::awaitable<void> run();

private:
    using Work = std::variant<std::vector<core::MemoryEntry>, store::AlertEvent>;
    void accept(Work work);
    boost::asio::awaitable<void> record_pending();
    boost::asio::awaitable<void> record(Work work);
    void note_failure();

    store::Worker& worker_;
    store::Memory& memory_;
    Notifier& notifier_;
    std::string observer_;
    std::function<void(const std::string&)> store_failed_;
    boost::asio::steady_timer news_;
    std::deque<Work> pending_;
    /// Alerts are recorded before they are sent.
    Backlog backlog_{"the record", "no alert is sent", record_stuck_after};
    bool failure_reported_ = false;
};

}  // namespace understudy
