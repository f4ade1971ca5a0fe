#include "sandbox/tasks.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace understudy::sandbox {

namespace asio = boost::asio;

namespace {

void rethrow_unless_network(const std::exception_ptr& error)
{
    if (!error)
        return;
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error&) {
        // The peer went away, or we are shutting down: the end of a connection, not of the process.
    }
}

}  // namespace

void spawn(
    asio::any_io_executor executor, asio::awaitable<void> task, std::shared_ptr<const void> owner)
{
    asio::co_spawn(
        executor, std::move(task), [owner = std::move(owner)](const std::exception_ptr& error) {
            rethrow_unless_network(error);
        });
}

asio::awaitable<void> sleep_for(std::chrono::milliseconds time)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> Alarm::wait_until(std::chrono::steady_clock::time_point until)
{
    if (!rung_) {
        timer_.expires_at(until);
        // Ended early by ring(): not an error. (A cancelled coroutine throws at its next await.)
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    rung_ = false;
}

void Alarm::ring()
{
    rung_ = true;
    timer_.cancel();
}

}  // namespace understudy::sandbox
