/// Starting coroutines that nobody waits for.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace understudy::sandbox {

/// Runs `task` on its own, and keeps `owner`, whose member the task usually is, alive for as long.
/// (A coroutine starts later than it is called: it could not hold on to its own object in time.)
/// The task lives until it ends or its io_context dies. When it throws anything but a network
/// error, the process ends with that exception: a stand-in that is half dead would be taken for a
/// fault that somebody asked for.
void spawn(
    boost::asio::any_io_executor executor,
    boost::asio::awaitable<void> task,
    std::shared_ptr<const void> owner = nullptr);

boost::asio::awaitable<void> sleep_for(std::chrono::milliseconds time);

/// Waits that another coroutine can end. One waiter.
class Alarm {
public:
    explicit Alarm(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

    /// Returns when it rings, at `until` at the latest; at once when it rang since the last wait.
    boost::asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point until);
    void ring();

private:
    boost::asio::steady_timer timer_;
    bool rung_ = false;
};

}  // namespace understudy::sandbox
