/// Work that may block, on a thread of its own, awaited from the event loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>

namespace understudy::net {

/// Runs `job` on the pool; ends, with the job's exception if any, on the caller's executor. Cannot
/// be cancelled: the caller's frame, from which the job may borrow, stays until the job has ended.
///
/// Not co_spawn onto the pool: in Asio 1.26 its cancellation crosses to the pool's thread by a bare
/// pointer, which may have died when it arrives.
boost::asio::awaitable<void> run_in_background(
    boost::asio::thread_pool& pool, std::function<void()> job);

}  // namespace understudy::net
