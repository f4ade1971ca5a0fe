/// The one thread that touches the database, so that no fsync ever holds up the event loop.
#pragma once

#include "store/database.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace understudy::store {

/// Runs work on the database, one piece after the other, and brings the result home to the caller's
/// executor. Work is a callable that takes `Database&`; it may run twice, see `call_best_effort`.
///
/// The first StoreError makes the store *failed* for the life of the process: after a failed write
/// the kernel may have dropped what it claims to have written, so nothing is tried again. A copy in
/// memory takes over for what is better told than lost.
///
///     intact --StoreError--> failed (file untouched from here on, copy in memory)
///
/// A call cannot be cancelled: its effect may already be durable. Must be destroyed before the
/// io_context of its callers; the destructor finishes what was asked.
class Worker {
public:
    explicit Worker(Database database);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// What the work wrote is on disk when this returns. Throws StoreError when the store has
    /// failed.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, Database&>> call(Work work)
    {
        return run<Work>(std::move(work), &Worker::durably<Work>);
    }

    /// As `call`, but on a failed store the work runs on the copy in memory instead.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, Database&>> call_best_effort(Work work)
    {
        return run<Work>(std::move(work), &Worker::best_effort<Work>);
    }

    /// Why the store has failed; empty while it is intact. From any thread.
    std::optional<std::string> failure() const;

private:
    template <class Work>
    using Mode = std::invoke_result_t<Work&, Database&> (Worker::*)(Work&);

    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, Database&>> run(Work work, Mode<Work> mode);
    template <class Work>
    std::invoke_result_t<Work&, Database&> durably(Work& work);
    template <class Work>
    std::invoke_result_t<Work&, Database&> best_effort(Work& work);

    /// Runs the job on the worker's thread; ends, with the job's exception if any, on the caller's.
    boost::asio::awaitable<void> perform(std::function<void()> job);
    void require_intact() const;
    void fail(const std::string& reason);

    Database database_;             ///< Only on the worker's thread, as the next.
    std::optional<Database> copy_;  ///< In memory, once the store has failed.
    mutable std::mutex mutex_;      ///< Guards the next.
    std::optional<std::string> failure_;
    boost::asio::thread_pool thread_{1};
};

template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&, Database&>> Worker::run(
    Work work, Mode<Work> mode)
{
    using Result = std::invoke_result_t<Work&, Database&>;
    // The job borrows from this frame, which is suspended until the job has ended.
    if constexpr (std::is_void_v<Result>) {
        std::function<void()> job = [&] { (this->*mode)(work); };
        co_await perform(std::move(job));
    } else {
        std::optional<Result> result;
        std::function<void()> job = [&] { result.emplace((this->*mode)(work)); };
        co_await perform(std::move(job));
        co_return std::move(*result);
    }
}

template <class Work>
std::invoke_result_t<Work&, Database&> Worker::durably(Work& work)
{
    require_intact();
    try {
        return work(database_);
    } catch (const StoreError& error) {
        fail(error.what());
        throw;
    }
}

template <class Work>
std::invoke_result_t<Work&, Database&> Worker::best_effort(Work& work)
{
    if (!copy_) {
        try {
            return work(database_);
        } catch (const StoreError& error) {
            fail(error.what());
        }
    }
    return work(*copy_);
}

}  // namespace understudy::store
