#include "store/worker.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <exception>

namespace understudy::store {

namespace asio = boost::asio;

namespace {

std::exception_ptr outcome_of(const std::function<void()>& job) noexcept
{
    try {
        job();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

Worker::Worker(Database database) : database_(std::move(database)) {}

Worker::~Worker() { thread_.join(); }

// Not co_spawn onto the pool: in this Asio its cancellation crosses to the pool's thread by a bare
// pointer, which may have died when it arrives.
asio::awaitable<void> Worker::perform(std::function<void()> job)
{
    auto start = [this](auto handler, std::function<void()> work) {
        auto home = asio::get_associated_executor(handler);
        auto stay = asio::make_work_guard(home);
        asio::post(
            thread_, [handler = std::move(handler), work = std::move(work), home = std::move(home),
                      stay = std::move(stay)]() mutable {
                auto error = outcome_of(work);
                asio::post(
                    home, [handler = std::move(handler), error = std::move(error)]() mutable {
                        std::move(handler)(std::move(error));
                    });
            });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        std::move(start), asio::use_awaitable, std::move(job));
}

std::optional<std::string> Worker::failure() const
{
    const std::lock_guard lock(mutex_);
    return failure_;
}

void Worker::require_intact() const
{
    if (const auto reason = failure())
        throw StoreError(fmt::format(
            "the store has failed and takes no more writes until the daemon is restarted: {}",
            *reason));
}

void Worker::fail(const std::string& reason)
{
    {
        const std::lock_guard lock(mutex_);
        failure_ = reason;
    }
    database_.forbid_writes();
    copy_.emplace(Database::in_memory());
    try {
        copy_->copy_from(database_);
    } catch (const StoreError&) {
        // What cannot be read is lost; what comes from now on is at least told.
        copy_.emplace(Database::in_memory());
    }
}

}  // namespace understudy::store
