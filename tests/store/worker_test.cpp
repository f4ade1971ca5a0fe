#include "store/coroutines.hpp"
#include "store/faulty_vfs.hpp"
#include "store/memory.hpp"
#include "store/temporary_directory.hpp"
#include "store/worker.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <sqlite3.h>
#include <thread>

namespace understudy::store {
namespace {

namespace asio = boost::asio;
using support::await;
using support::FaultyVfs;
using support::run_until;
using support::TemporaryDirectory;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

using Entries = std::vector<std::pair<std::string, std::string>>;

class WorkerTest : public testing::Test {
protected:
    Database open() const
    {
        DatabaseOptions options;
        options.file = directory_.path() / "understudy.db";
        return Database::open(options);
    }
    static std::string failure_of(asio::io_context& io, Memory& memory, const std::string& key)
    {
        try {
            Entries entries{{key, "value"}};
            await(io, memory.put(std::move(entries)));
        } catch (const StoreError& error) {
            return error.what();
        }
        return {};
    }
    std::map<std::string, std::string> reopened()
    {
        asio::io_context io;
        Worker worker(open());
        Memory memory(worker);
        return await(io, memory.load_all());
    }

    TemporaryDirectory directory_;
};

TEST_F(WorkerTest, RemembersAcrossARestart)
{
    {
        asio::io_context io;
        Worker worker(open());
        Memory memory(worker);
        await(io, memory.put({{"active", "east"}, {"seen", "1"}}));
        await(io, memory.put({{"active", "west"}}));
    }
    EXPECT_EQ(reopened(), (std::map<std::string, std::string>{{"active", "west"}, {"seen", "1"}}));
}

TEST_F(WorkerTest, ComesHomeToTheCallersThread)
{
    asio::io_context io;
    Worker worker(open());
    std::thread::id worked;
    std::thread::id resumed;
    const auto task = [&]() -> asio::awaitable<void> {
        auto work = [&](Database&) { worked = std::this_thread::get_id(); };
        co_await worker.call(std::move(work));
        resumed = std::this_thread::get_id();
    };
    await(io, task());
    EXPECT_NE(worked, std::this_thread::get_id());
    EXPECT_EQ(resumed, std::this_thread::get_id());
}

TEST_F(WorkerTest, TheLoopRunsOnWhileTheDiskIsSlow)
{
    FaultyVfs disk;
    std::promise<void> release;
    const auto released = release.get_future().share();
    asio::io_context io;
    Worker worker(open());
    Memory memory(worker);
    disk.before_sync([released] { released.wait(); });
    bool stored = false;
    asio::co_spawn(io, memory.put({{"a", "b"}}), [&](std::exception_ptr) { stored = true; });
    int turns = 0;
    std::function<void()> turn = [&] {
        if (++turns < 100)
            asio::post(io, turn);
    };
    asio::post(io, turn);
    EXPECT_TRUE(run_until(io, [&] { return turns == 100; }));
    EXPECT_FALSE(stored);
    release.set_value();
    EXPECT_TRUE(run_until(io, [&] { return stored; }));
}

TEST_F(WorkerTest, OneSyncACommit)
{
    FaultyVfs disk;
    asio::io_context io;
    Worker worker(open());
    Memory memory(worker);
    await(io, memory.put({{"a", "0"}}));
    const auto before = disk.syncs();
    for (int i = 1; i <= 10; ++i)
        await(io, memory.put({{"a", std::to_string(i)}}));
    EXPECT_EQ(disk.syncs() - before, 10);
}

struct DiskFault {
    const char* name;
    int result;
    const char* words;
};

class DiskFaults : public WorkerTest, public testing::WithParamInterface<DiskFault> {};

/// Every write and every sync of a commit, one after another: whatever fails, what was acknowledged
/// stays, and the store never takes another write, even when the disk has recovered.
TEST_P(DiskFaults, AtAnyOperationTheStoreFailsForGood)
{
    int failures = 0;
    for (int nth = 1; nth <= 6; ++nth) {
        FaultyVfs disk;
        asio::io_context io;
        Worker worker(open());
        Memory memory(worker);
        const auto key = "before " + std::to_string(nth);
        ASSERT_EQ(failure_of(io, memory, key), "");
        disk.fail_from(nth, GetParam().result);
        const auto reason = failure_of(io, memory, "lost " + std::to_string(nth));
        if (reason.empty())
            break;  // a commit has fewer operations than that
        ++failures;
        EXPECT_THAT(reason, HasSubstr(GetParam().words));
        disk.fail_from(0, 0);
        const auto operations = disk.operations();
        EXPECT_THAT(failure_of(io, memory, "later"), HasSubstr("until the daemon is restarted"));
        EXPECT_THAT(worker.failure().value_or(""), HasSubstr(GetParam().words));
        EXPECT_THAT(await(io, memory.load_all()), Contains(Key(key)));
        EXPECT_EQ(disk.operations(), operations) << "the file was touched after the failure";
    }
    EXPECT_GE(failures, 2);
    const auto entries = reopened();
    for (int nth = 1; nth <= failures; ++nth)
        EXPECT_THAT(entries, Contains(Key("before " + std::to_string(nth))));
    EXPECT_THAT(entries, Not(Contains(Key("later"))));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    DiskFaults,
    testing::Values(
        DiskFault{"Full", SQLITE_FULL, "full"},
        DiskFault{"WriteError", SQLITE_IOERR_WRITE, "disk I/O error"},
        DiskFault{"SyncError", SQLITE_IOERR_FSYNC, "disk I/O error"},
        DiskFault{"ReadOnly", SQLITE_READONLY, "readonly"}),
    [](const auto& fault) { return fault.param.name; });

TEST_F(WorkerTest, BestEffortGoesOnFromMemoryWithWhatWasThere)
{
    FaultyVfs disk;
    asio::io_context io;
    Worker worker(open());
    Memory memory(worker);
    await(io, memory.put({{"a", "b"}}));
    disk.fail_from(1, SQLITE_IOERR_WRITE);
    const auto insert = [](Database& database) {
        Transaction transaction(database);
        database.execute("INSERT INTO memory VALUES ('c', 'd')");
        transaction.commit();
    };
    await(io, worker.call_best_effort(insert));
    EXPECT_TRUE(worker.failure());
    EXPECT_EQ(
        await(io, memory.load_all()), (std::map<std::string, std::string>{{"a", "b"}, {"c", "d"}}));
}

TEST_F(WorkerTest, AnExceptionThatIsNotTheStoresLeavesItIntact)
{
    asio::io_context io;
    Worker worker(open());
    const auto work = [](Database&) -> int { throw std::logic_error("not the disk's fault"); };
    EXPECT_THROW(await(io, worker.call(work)), std::logic_error);
    EXPECT_FALSE(worker.failure());
}

TEST_F(WorkerTest, ACancelledCallerStillGetsItsWriteDone)
{
    {
        FaultyVfs disk;
        std::promise<void> release;
        const auto released = release.get_future().share();
        asio::io_context io;
        Worker worker(open());
        Memory memory(worker);
        disk.before_sync([released] { released.wait(); });
        asio::cancellation_signal cancel;
        bool ended = false;
        asio::co_spawn(
            io, memory.put({{"a", "b"}}),
            asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { ended = true; }));
        io.poll();
        cancel.emit(asio::cancellation_type::terminal);
        release.set_value();
        EXPECT_TRUE(run_until(io, [&] { return ended; }));
    }
    EXPECT_THAT(reopened(), Contains(Key("a")));
}

TEST_F(WorkerTest, FinishesWhatWasAskedBeforeItDies)
{
    asio::io_context io;
    {
        Worker worker(open());
        Memory memory(worker);
        asio::co_spawn(io, memory.put({{"a", "b"}}), [](std::exception_ptr) {});
        io.poll();
    }
    EXPECT_THAT(reopened(), Contains(Key("a")));
}

}  // namespace
}  // namespace understudy::store
