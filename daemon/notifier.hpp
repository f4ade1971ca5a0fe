/// Tells people about alerts: durable queues in, HTTP out, nobody waits for anybody.
#pragma once

#include "daemon/delivery_counters.hpp"
#include "daemon/receiver.hpp"
#include "net/http_client.hpp"
#include "store/alert_queue.hpp"
#include "store/receiver_options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct NotifierOptions {
    std::vector<store::ReceiverOptions> receivers;
    std::string external_url;  ///< Where a person finds this Understudy; goes into webhook bodies.

    NotifierOptions() = default;
};

/// The alert that the notifier raises itself, through the other receivers, when one refuses an
/// event, answers 410, or has not been reached for some minutes; label `receiver` names it.
inline constexpr std::string_view receiver_failing_alert = "UnderstudyReceiverFailing";

/// Use from the executor's one thread. The references must outlive it; `counters` lives longer so
/// that it survives.
class Notifier {
    /// A receiver and how far its life is.
    struct Seat {
        std::unique_ptr<Receiver> receiver;
        bool started = false;
        bool ended = false;
    };
    using Seats = std::vector<std::unique_ptr<Seat>>;

public:
    /// Receivers that are made, and not at work yet.
    class Successors {
        friend Notifier;
        Seats seats_;
        std::vector<std::string> names_;
    };

    /// Reads the receivers' secrets; throws std::runtime_error that names the file and the remedy.
    Notifier(
        boost::asio::any_io_executor executor,
        store::AlertQueue& queue,
        net::HttpClient& http,
        NotifierOptions options,
        WallClock now,
        LogPort log,
        NotifierCounters& counters);
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    /// Queues a raise or a resolve for every receiver; durable when it returns. Nothing happens
    /// when the alert already is what the event says. May be called before `run`.
    boost::asio::awaitable<void> submit(store::AlertEvent event);
    /// What fires by the durable record, without the notifier's own alerts. After a start, whoever
    /// raised these resolves those that no longer hold.
    boost::asio::awaitable<std::vector<store::AlertEvent>> firing();

    /// Sends until cancelled; then ends, normally, when the attempts under way have been recorded:
    /// at most the longest timeout of a receiver later.
    boost::asio::awaitable<void> run();
    /// Makes other receivers, and changes nothing yet. Throws as the constructor does.
    Successors prepare(const NotifierOptions& options);
    /// These receivers from now on. Queues go by name: what waits for a receiver that stays is
    /// kept, and nothing is sent again.
    void reload(Successors successors);
    /// All receivers look at their queues now: after the wall clock was stepped, say.
    void wake();

private:
    Seats make_seats(const NotifierOptions& options);
    boost::asio::awaitable<void> enter(std::string name, bool failing, std::string detail);
    boost::asio::awaitable<void> submit_to(store::AlertEvent event, std::string not_to);
    boost::asio::awaitable<void> forget_others();
    void forget_counters();
    void start_ready();
    void start(Seat& seat);
    void ended(Seat& seat, std::exception_ptr error);
    bool is_leaving(const std::string& name) const;
    bool all_ended() const;
    void stop();
    void dismiss(Seats seats);
    boost::asio::awaitable<void> change();
    void signal_change();

    boost::asio::any_io_executor executor_;
    store::AlertQueue& queue_;
    net::HttpClient& http_;
    WallClock now_;
    LogPort log_;
    NotifierCounters& counters_;
    boost::asio::steady_timer change_signal_;
    Seats seats_;
    Seats leaving_;  ///< Told to stop, and still finishing an attempt; a successor waits for it.
    /// Of the newest configuration; outlives the seats, so that what is submitted while stopping is
    /// queued for the next start.
    std::vector<std::string> names_;
    std::exception_ptr failure_;
    bool forget_ = true;  ///< The configuration changed: see who is not in it any more.
    bool changed_ = false;
    bool stopping_ = false;
};

}  // namespace understudy
