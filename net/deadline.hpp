/// The one way to bound an asynchronous operation in time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace understudy::net {

/// Runs `operation` for at most `budget`; an empty result means that the deadline won. Cancelled
/// from outside it throws operation_aborted, so that our own shutdown never reads as a dead target.
///
/// Not `operation || timer`: that operator waits for the first *success*, so an operation that
/// fails by exception at once would be reported, after the whole budget, as a timeout.
template <class T>
boost::asio::awaitable<std::optional<T>> with_deadline(
    boost::asio::awaitable<T> operation, std::chrono::nanoseconds budget)
{
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, budget);

    auto race = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(operation), asio::deferred),
        timer.async_wait(asio::deferred));
    auto [order, error, value, timer_error] =
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);

    const asio::cancellation_state shutdown = co_await asio::this_coro::cancellation_state;
    if (shutdown.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
    if (order.front() == 1)
        co_return std::nullopt;
    if (error)
        std::rethrow_exception(error);
    co_return std::move(value);
}

}  // namespace understudy::net
