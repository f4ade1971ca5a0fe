#include "daemon/clock.hpp"
#include "daemon/recorder.hpp"
#include "store/coroutines.hpp"
#include "store/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <utility>

namespace understudy {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using support::run_until;

store::DatabaseOptions database_in(const std::filesystem::path& directory)
{
    store::DatabaseOptions options;
    options.file = directory / "understudy.db";
    return options;
}

asio::awaitable<void> hang(store::Worker& worker, std::shared_future<void> released)
{
    auto work = [released](store::Database&) { released.wait(); };
    co_await worker.call(std::move(work));
}

/// Goes on until the loop ends; what it throws ends the test.
void start(asio::io_context& io, asio::awaitable<void> task)
{
    asio::co_spawn(io, std::move(task), [](std::exception_ptr failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
}

TEST(Recorder, ADiskThatHangsMakesItStuckUntilItGoesOn)
{
    const support::TemporaryDirectory directory;
    asio::io_context io{1};
    store::Worker worker(store::Database::open(database_in(directory.path())));
    store::Memory memory(worker);
    store::AlertQueue queue(worker, store::AlertQueueOptions());
    net::Resolver resolver(io.get_executor());
    net::HttpClient http(resolver);
    NotifierCounters counters;
    Notifier notifier(
        io.get_executor(), queue, http, NotifierOptions(), [] { return read_clocks().wall; },
        [](core::Severity, const std::string&) {}, counters);
    Recorder recorder(
        io.get_executor(), worker, memory, notifier, "bastion", [](const std::string&) {});

    // First in the queue of the store's one thread, so that the record waits behind it.
    std::promise<void> release;
    start(io, hang(worker, release.get_future().share()));
    start(io, recorder.run());
    recorder.remember({{"role/active", "east"}});
    const auto in_a_minute = [] { return read_clocks().instant + 1min; };
    EXPECT_FALSE(recorder.stuck(read_clocks().instant).has_value());
    EXPECT_TRUE(recorder.stuck(in_a_minute()).has_value());
    EXPECT_FALSE(run_until(
        io, [&] { return !recorder.stuck(in_a_minute()); }, 100ms));
    release.set_value();
    EXPECT_TRUE(run_until(io, [&] { return !recorder.stuck(in_a_minute()); }));
}

}  // namespace
}  // namespace understudy
