#include "store/worker.hpp"

#include "net/background.hpp"

#include <fmt/format.h>

namespace understudy::store {

namespace asio = boost::asio;

Worker::Worker(Database database) : database_(std::move(database)) {}

Worker::~Worker() { thread_.join(); }

asio::awaitable<void> Worker::perform(std::function<void()> job)
{
    return net::run_in_background(thread_, std::move(job));
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
    copy_.emplace(Database::in_memory(database_.schema()));
    try {
        copy_->copy_from(database_);
    } catch (const StoreError&) {
        // What cannot be read is lost; what comes from now on is at least told.
        copy_.emplace(Database::in_memory(database_.schema()));
    }
}

}  // namespace understudy::store
