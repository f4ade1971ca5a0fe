/// A notifier over a real database, a real HTTP client and a clock that the test moves.
#pragma once

#include "daemon/notifier.hpp"
#include "net/resolver.hpp"
#include "store/alert_queue.hpp"
#include "store/coroutines.hpp"
#include "store/worker.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace understudy::support {

inline core::WallTime real_time()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

inline store::ReceiverOptions webhook(const std::string& name, const std::string& url)
{
    store::ReceiverOptions options;
    options.name = name;
    options.url = url;
    options.timeout = std::chrono::seconds(5);
    return options;
}

inline NotifierOptions to(std::vector<store::ReceiverOptions> receivers)
{
    NotifierOptions options;
    options.receivers = std::move(receivers);
    return options;
}

inline store::AlertEvent alert(const std::string& plane, bool firing = true)
{
    store::AlertEvent event;
    event.name = "PlaneFailed";
    event.labels = {{"plane", plane}, {"severity", "critical"}};
    event.annotations = {{"summary", "plane " + plane}};
    event.firing = firing;
    event.starts_at = real_time();
    if (!firing)
        event.ends_at = real_time();
    return event;
}

inline store::Database database_in(const std::filesystem::path& directory)
{
    store::DatabaseOptions options;
    options.file = directory / "understudy.db";
    return store::Database::open(options);
}

/// One life of the daemon's notifying part.
class RunningNotifier {
public:
    RunningNotifier(
        boost::asio::io_context& io,
        const std::filesystem::path& directory,
        NotifierOptions options)
        : io_(io),
          worker(database_in(directory)),
          queue(worker, {}),
          notifier(
              io.get_executor(),
              queue,
              http_,
              std::move(options),
              [this] { return time(); },
              [this](core::Severity, const std::string& line) { logged.push_back(line); },
              counters)
    {}

    void start()
    {
        ended_ = false;
        boost::asio::co_spawn(
            io_, notifier.run(),
            boost::asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr error) {
                ended_ = true;
                failure_ = error;
            }));
    }
    void cancel() { cancel_.emit(boost::asio::cancellation_type::terminal); }
    bool ended() const noexcept { return ended_; }
    std::exception_ptr failure() const noexcept { return failure_; }
    void stop()
    {
        cancel();
        if (!run_until(io_, [this] { return ended_; }))
            throw std::runtime_error("the notifier did not stop");
    }
    ~RunningNotifier()
    {
        if (!ended_)
            stop();
    }
    RunningNotifier(const RunningNotifier&) = delete;
    RunningNotifier& operator=(const RunningNotifier&) = delete;

    void reload(const NotifierOptions& options) { notifier.reload(notifier.prepare(options)); }
    void submit(store::AlertEvent event) { await(io_, notifier.submit(std::move(event))); }
    core::WallTime time() const { return real_time() + ahead; }
    /// As if that time had passed; sleepers look at once.
    void advance(core::Duration by)
    {
        ahead += std::chrono::duration_cast<std::chrono::milliseconds>(by);
        notifier.wake();
    }

private:
    boost::asio::io_context& io_;
    net::Resolver resolver_{io_.get_executor()};
    net::HttpClient http_{resolver_};
    boost::asio::cancellation_signal cancel_;
    bool ended_ = true;
    std::exception_ptr failure_;

public:
    std::chrono::milliseconds ahead{0};
    store::Worker worker;
    store::AlertQueue queue;
    NotifierCounters counters;
    std::vector<std::string> logged;
    Notifier notifier;
};

}  // namespace understudy::support
