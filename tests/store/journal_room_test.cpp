/// Room for a run: nothing grows while it lasts, and a full disk does not stop it.
#include "store/faulty_vfs.hpp"
#include "store/journal_fixture.hpp"
#include "store/journal_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <exception>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <sqlite3.h>
#include <unistd.h>

namespace understudy::store {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using support::await;
using support::FaultyVfs;
using support::journal_in;
using support::refusal;

/// What one run appends, at worst: a plan of several pages first, then records of many sizes.
std::vector<std::string> texts_of_a_run()
{
    std::vector<std::string> texts{std::string(60'000, 'p')};
    for (std::size_t i = 0; i < 400; ++i)
        texts.emplace_back(std::string(i * i * 31 % 3000, 'x'));
    return texts;
}

std::size_t room_of(const std::vector<std::string>& texts)
{
    std::size_t bytes = 0;
    for (const auto& text : texts)
        bytes += support::encoded(support::released_by(text)).size();
    return room_for(texts.size(), bytes);
}

class Room : public support::JournalTest {
protected:
    /// Blocks on disk of the file, its log and the log's index.
    std::vector<blkcnt_t> blocks() const
    {
        std::vector<blkcnt_t> all;
        for (const auto* suffix : {"", "-wal", "-shm"}) {
            struct stat status {};
            EXPECT_EQ(::stat((file().native() + suffix).c_str(), &status), 0) << suffix;
            all.push_back(status.st_blocks);
        }
        return all;
    }
};

TEST_F(Room, IsEnoughForTheWholeRun)
{
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    for (int run = 0; run < 3; ++run) {
        await(io, journal.reserve(room_of(texts_of_a_run())));
        const auto before = blocks();
        for (const auto& text : texts_of_a_run())
            ASSERT_EQ(refusal(io, journal, text), "");
        EXPECT_EQ(blocks(), before) << "run " << run;
    }
    EXPECT_EQ(verify_journal_file(file()).problem, "");
}

TEST_F(Room, StaysWhenTheDaemonEndsInBetween)
{
    {
        asio::io_context io;
        Journal journal(journal_in(directory_.path()));
        await(io, journal.load());
        await(io, journal.reserve(1'000'000));
        ASSERT_EQ(refusal(io, journal, "before"), "");
    }
    const auto size = fs::file_size(file().native() + "-wal");
    EXPECT_GE(size, 1'000'000U);
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    EXPECT_EQ(await(io, journal.load()).records.size(), 2U);
    ASSERT_EQ(refusal(io, journal, "after"), "");
    EXPECT_EQ(fs::file_size(file().native() + "-wal"), size);
}

TEST_F(Room, CostsNothingWhenItIsThere)
{
    FaultyVfs disk;
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    await(io, journal.reserve(1'000'000));
    const auto before = disk.operations();
    await(io, journal.reserve(1'000'000));
    EXPECT_EQ(disk.operations(), before);
}

/// No checkpoint in a run: it could fail, and would give the log's room away.
TEST_F(Room, NoAppendMovesTheLogIntoTheFile)
{
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    const auto size = fs::file_size(file());
    for (int i = 0; i < 30; ++i)
        ASSERT_EQ(refusal(io, journal, std::string(200'000, 'x')), "");  // 1500 pages in all
    EXPECT_EQ(fs::file_size(file()), size);
    await(io, journal.checkpoint());
    EXPECT_GT(fs::file_size(file()), size + 5'000'000);
}

TEST_F(Room, AReaderThatStaysIsAReasonAndNotTheEnd)
{
    asio::io_context io;
    auto options = journal_in(directory_.path());
    options.busy_timeout = std::chrono::milliseconds(1);
    Journal journal(std::move(options));
    await(io, journal.load());
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &reader), SQLITE_OK);
    sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM journal", nullptr, nullptr, nullptr);
    ASSERT_EQ(refusal(io, journal, "me"), "");
    EXPECT_THROW(await(io, journal.reserve(4096)), NoRoom);
    await(io, journal.checkpoint());
    sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr);
    await(io, journal.reserve(4096));
    sqlite3_close(reader);
    EXPECT_FALSE(journal.failure());
}

TEST_F(Room, ADiskThatFailsMeanwhileEndsTheJournal)
{
    FaultyVfs disk;
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    disk.fail_from(20, SQLITE_FULL);
    EXPECT_THROW(await(io, journal.reserve(1'000'000)), StoreError);
    EXPECT_TRUE(journal.failure());
    disk.fail_from(0, 0);
    EXPECT_EQ(reopened().problem, "");
}

bool holds(const std::function<bool()>& body)
{
    try {
        return body();
    } catch (const std::exception&) {
        return false;
    }
}

/// Runs `body` in a process with a small file system of its own at `place`; false when `body` was
/// or threw, or the file system could not be made.
bool on_small_disk(const fs::path& place, const std::function<bool()>& body)
{
    const auto child = ::fork();
    if (child == 0) {
        const int namespaces = CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER);
        const bool made = ::unshare(namespaces) == 0 &&
                          ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          ::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=64m") == 0;
        ::_exit(made && holds(body) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Leaves not one free block.
void fill_disk(const fs::path& place)
{
    const auto filler = ::open((place / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::string block(4096, 'f');
    while (::write(filler, block.data(), block.size()) > 0)
        ;
    ::close(filler);
}

/// Appends a run's records onto a full disk; how many were taken.
std::size_t appended_on_full_disk(const fs::path& place, bool with_room)
{
    asio::io_context io;
    Journal journal(journal_in(place));
    await(io, journal.load());
    const auto texts = texts_of_a_run();
    if (with_room)
        await(io, journal.reserve(room_of(texts)));
    fill_disk(place);
    std::size_t taken = 0;
    while (taken < texts.size() && refusal(io, journal, texts[taken]).empty())
        ++taken;
    return taken;
}

TEST_F(Room, ARunGoesThroughOnAFullDisk)
{
    const auto place = directory_.path();
    EXPECT_TRUE(on_small_disk(place, [&] {
        const auto taken = appended_on_full_disk(place, true);
        const auto verified = verify_journal_file(place / "journal.db");
        return taken == texts_of_a_run().size() && verified.problem.empty() &&
               verified.last_lsn == taken + 1;
    }));
}

/// Without room the same run is stopped, and the journal says so: the test above can fail.
TEST_F(Room, WithoutItAFullDiskEndsTheJournal)
{
    const auto place = directory_.path();
    EXPECT_TRUE(on_small_disk(place, [&] {
        const auto taken = appended_on_full_disk(place, false);
        const auto verified = verify_journal_file(place / "journal.db");
        return taken < texts_of_a_run().size() && verified.problem.empty() &&
               verified.last_lsn == taken + 1;
    }));
}

TEST_F(Room, ADiskTooSmallIsAReasonAndNotTheEnd)
{
    const auto place = directory_.path();
    EXPECT_TRUE(on_small_disk(place, [&] {
        asio::io_context io;
        Journal journal(journal_in(place));
        await(io, journal.load());
        try {
            await(io, journal.reserve(100'000'000));
        } catch (const NoRoom&) {
            return refusal(io, journal, "later").empty();
        }
        return false;
    }));
}

}  // namespace
}  // namespace understudy::store
