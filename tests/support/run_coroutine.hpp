/// Runs a coroutine to its end, within a bound.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace understudy::support {

/// What `operation` returns or throws; runtime_error when it does not end within `bound`.
template <class T>
T run_coroutine(
    boost::asio::io_context& io,
    boost::asio::awaitable<T> operation,
    std::chrono::nanoseconds bound = std::chrono::seconds(20))
{
    std::optional<T> result;
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(operation), [&](std::exception_ptr thrown, T value) {
        failure = thrown;
        result.emplace(std::move(value));
        io.stop();
    });
    io.restart();
    io.run_for(bound);
    if (failure)
        std::rethrow_exception(failure);
    if (!result)
        throw std::runtime_error("the coroutine did not end within the test's bound");
    return std::move(*result);
}

}  // namespace understudy::support
