/// One tree of tasks: none outlives the call that started it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace understudy {

/// Runs the tasks until all end; the first failure cancels its siblings, waits for them to unwind,
/// and is rethrown.
boost::asio::awaitable<void> supervise(std::vector<boost::asio::awaitable<void>> tasks);

}  // namespace understudy
