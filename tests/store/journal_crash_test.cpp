/// kill -9 inside an append, at each place that makes a difference to what is left.
#include "net/kill_points.hpp"
#include "store/journal_fixture.hpp"
#include "store/state_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace understudy::store {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using support::await;
using support::journal_in;
using support::released_by;

struct KillPoint {
    const char* name;
    const char* at;
    bool kept;  ///< Whether the rows of the append in which it was killed are there afterwards.
};

class JournalKilled : public support::JournalTest, public testing::WithParamInterface<KillPoint> {
protected:
    fs::path proof() const { return directory_.path() / "proof"; }

    /// In the child: a daemon's whole life as far as the journal goes. Tells each append that was
    /// acknowledged with one byte.
    [[noreturn]] void live(int count, int acknowledgements) const
    {
        const auto at = std::string(GetParam().at) + ":" + std::to_string(count);
        ::setenv("UNDERSTUDY_KILL_AT", at.c_str(), 1);
        ::setenv("UNDERSTUDY_KILL_PROOF", proof().c_str(), 1);
        asio::io_context io;
        const StateLock lock(directory_.path());
        Journal journal(journal_in(directory_.path()));
        await(io, journal.load());
        for (int i = 0; i < 20; ++i) {
            auto records = released_by(std::to_string(i));
            records.push_back(records.front());
            await(io, journal.append(std::move(records)));
            [[maybe_unused]] const auto told = ::write(acknowledgements, "x", 1);
        }
        ::_exit(0);
    }

    /// Acknowledged appends of two rows, of a process killed at its `count`-th passing of the
    /// point.
    std::uint64_t run_and_kill(int count) const
    {
        fs::remove(proof());
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe(pipe.data()), 0);
        const auto child = ::fork();
        if (child == 0)
            live(count, pipe[1]);
        ::close(pipe[1]);
        std::uint64_t acknowledged = 0;
        for (char byte = 0; ::read(pipe[0], &byte, 1) == 1;)
            ++acknowledged;
        ::close(pipe[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it was not killed";
        EXPECT_EQ(proven(), GetParam().at);
        return acknowledged;
    }

    std::string proven() const
    {
        std::ifstream file(proof());
        std::string text;
        std::getline(file, text);
        return text;
    }
};

TEST_P(JournalKilled, KeepsWhatWasAcknowledgedAndNothingHalf)
{
    fill(1);
    auto rows = verify_journal_file(file()).last_lsn;
    for (const int count : {1, 2, 3, 7}) {
        SCOPED_TRACE("killed at passing " + std::to_string(count));
        const auto acknowledged = run_and_kill(count);
        EXPECT_EQ(acknowledged, static_cast<std::uint64_t>(count - 1));
        const auto journal = verify_journal_file(file());
        EXPECT_EQ(journal.problem, "");
        rows += 2 * acknowledged + (GetParam().kept ? 2 : 0);
        ASSERT_EQ(journal.last_lsn, rows);
    }
    const auto loaded = reopened();
    EXPECT_EQ(loaded.problem, "");
    EXPECT_EQ(loaded.records.size(), rows);
}

/// A process that dies while it makes the file leaves nothing in the way of the next.
TEST_P(JournalKilled, IsBegunAgainWhenItWasKilledAtItsBirth)
{
    for (const int count : {1, 2, 3, 4}) {
        SCOPED_TRACE("killed at passing " + std::to_string(count));
        const auto acknowledged = run_and_kill(count);
        const auto loaded = reopened();
        EXPECT_EQ(loaded.problem, "");
        EXPECT_GE(loaded.records.size(), 1 + 2 * acknowledged);
        for (const auto* suffix : {"", "-wal", "-shm"})
            fs::remove(file().native() + suffix);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    JournalKilled,
    testing::Values(
        KillPoint{"BeforeTheWrite", "journal-before-write", false},
        // Written to the log and not made durable: only a power cut would lose it. Nobody was told
        // of it, and who reads the journal next has to reckon with it all the same.
        KillPoint{"WrittenNotSynced", "journal-written", true},
        KillPoint{"DurableNotAcknowledged", "journal-durable", true}),
    [](const auto& point) { return point.param.name; });

}  // namespace
}  // namespace understudy::store
