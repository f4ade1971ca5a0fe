/// Drives an event loop from a test.
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

/// Runs the loop until the condition holds; false when it does not within the bound.
template <class Condition>
bool run_until(
    boost::asio::io_context& io,
    Condition condition,
    std::chrono::steady_clock::duration bound = std::chrono::seconds(20))
{
    const auto deadline = std::chrono::steady_clock::now() + bound;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        io.restart();
        // The condition may also be met by another thread or process: look again now and then.
        io.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
}

/// What the task returns or throws; other tasks of the loop go on meanwhile.
template <class T>
T await(boost::asio::io_context& io, boost::asio::awaitable<T> task)
{
    bool ended = false;
    std::exception_ptr failure;
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
        failure = error;
        result.emplace(std::move(value));
        ended = true;
    });
    if (!run_until(io, [&] { return ended; }))
        throw std::runtime_error("the task did not end within the test's bound");
    if (failure)
        std::rethrow_exception(failure);
    return std::move(*result);
}

inline void await(boost::asio::io_context& io, boost::asio::awaitable<void> task)
{
    bool ended = false;
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
        failure = error;
        ended = true;
    });
    if (!run_until(io, [&] { return ended; }))
        throw std::runtime_error("the task did not end within the test's bound");
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace understudy::support
