#include "net/sha256.hpp"
#include "store/faulty_vfs.hpp"
#include "store/journal.hpp"
#include "store/journal_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sqlite3.h>

namespace understudy::store {
namespace {

namespace asio = boost::asio;
using support::await;
using support::encoded;
using support::FaultyVfs;
using support::journal_in;
using support::refusal;
using support::released_by;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Journals : public support::JournalTest {
protected:
    /// As somebody else would.
    void meddle(const std::string& sql) const
    {
        sqlite3* connection = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &connection), SQLITE_OK);
        char* problem = nullptr;
        EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK)
            << problem;
        sqlite3_close(connection);
    }

    /// Loads a journal that is not to be used: it says so, keeps what may be believed, and takes
    /// nothing more.
    void expect_refused(const std::string& words, std::size_t believed)
    {
        asio::io_context io;
        Journal journal(journal_in(directory_.path()));
        const auto loaded = await(io, journal.load());
        EXPECT_THAT(loaded.problem, HasSubstr(words));
        EXPECT_EQ(loaded.records.size(), believed);
        EXPECT_EQ(journal.failure(), loaded.problem);
        EXPECT_EQ(refusal(io, journal, "later"), loaded.problem);
        EXPECT_THROW(await(io, journal.reserve(4096)), StoreError);
        EXPECT_THROW(await(io, journal.checkpoint()), StoreError);
    }
};

TEST_F(Journals, ANewOneBeginsWithItsOwner)
{
    const auto loaded = reopened();
    EXPECT_EQ(loaded.problem, "");
    EXPECT_EQ(encoded(loaded.records), encoded({{core::WallTime{}, core::Opened{"bastion-1"}}}));
    EXPECT_EQ(encoded(reopened().records), encoded(loaded.records));
}

TEST_F(Journals, WhatWasAppendedIsThereAfterARestart)
{
    {
        asio::io_context io;
        Journal journal(journal_in(directory_.path()));
        await(io, journal.load());
        await(io, journal.append(released_by("a")));
        auto two = released_by("b");
        two.push_back({core::WallTime{}, core::Armed{"c", "fit"}});
        await(io, journal.append(two));
        EXPECT_FALSE(journal.failure());
    }
    {
        asio::io_context io;
        Journal journal(journal_in(directory_.path()));
        EXPECT_EQ(await(io, journal.load()).records.size(), 4U);
        await(io, journal.append(released_by("d")));
    }
    auto expected = std::vector<core::Record>{{core::WallTime{}, core::Opened{"bastion-1"}}};
    for (const auto& more : {released_by("a"), released_by("b")})
        expected.push_back(more.front());
    expected.push_back({core::WallTime{}, core::Armed{"c", "fit"}});
    expected.push_back(released_by("d").front());
    const auto loaded = reopened();
    EXPECT_EQ(loaded.problem, "");
    EXPECT_EQ(encoded(loaded.records), encoded(expected));
}

TEST_F(Journals, AppendsThatOverlapStayInTheirOrder)
{
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    int durable = 0;
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(
            io, journal.append(released_by(std::to_string(i))),
            [&durable](const std::exception_ptr& error) { durable += error ? 0 : 1; });
    ASSERT_TRUE(support::run_until(io, [&] { return durable == 20; }));
    const auto verified = verify_journal_file(file());
    EXPECT_EQ(verified.problem, "");
    ASSERT_EQ(verified.records.size(), 21U);
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(encoded({verified.records[i + 1]}), encoded(released_by(std::to_string(i))));
}

TEST_F(Journals, OneSyncAnAppend)
{
    FaultyVfs disk;
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    const auto before = disk.syncs();
    for (int i = 0; i < 10; ++i)
        await(io, journal.append(released_by("me")));
    EXPECT_EQ(disk.syncs() - before, 10);
}

TEST_F(Journals, AreVerifiedWhileTheyAreWritten)
{
    asio::io_context io;
    Journal journal(journal_in(directory_.path()));
    await(io, journal.load());
    for (std::uint64_t i = 1; i <= 5; ++i) {
        EXPECT_EQ(verify_journal_file(file()).last_lsn, i);
        await(io, journal.append(released_by("me")));
    }
    EXPECT_FALSE(journal.failure());
}

TEST_F(Journals, VerifyingChangesNoFile)
{
    fill(3);
    const auto size = [this](const char* suffix) {
        return std::filesystem::file_size(file().native() + suffix);
    };
    const auto before = std::pair(size(""), size("-wal"));
    EXPECT_EQ(verify_journal_file(file()).problem, "");
    EXPECT_EQ(std::pair(size(""), size("-wal")), before);
}

TEST_F(Journals, VerifyingSaysWhenThereIsNone)
{
    EXPECT_THROW(verify_journal_file(file()), StoreError);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

/// Any bit of any stored row: the first bad row is named, nothing behind it is believed.
TEST_F(Journals, AFlippedBitInAnyRowMeansThatNothingIsDone)
{
    fill(3);
    for (int lsn = 1; lsn <= 4; ++lsn) {
        const auto flip = "UPDATE journal SET row = CAST(replace(CAST(row AS TEXT), 'kind', "
                          "'kinf') AS BLOB) WHERE lsn = " +
                          std::to_string(lsn);
        const auto back = "UPDATE journal SET row = CAST(replace(CAST(row AS TEXT), 'kinf', "
                          "'kind') AS BLOB)";
        meddle(flip);
        const auto words = "journal.db: row " + std::to_string(lsn) + " was changed";
        expect_refused(words, static_cast<std::size_t>(lsn - 1));
        EXPECT_THAT(verify_journal_file(file()).problem, StartsWith("row " + std::to_string(lsn)));
        meddle(back);
    }
    EXPECT_EQ(reopened().problem, "");
}

TEST_F(Journals, AMissingRowMeansThatNothingIsDone)
{
    fill(3);
    meddle("DELETE FROM journal WHERE lsn = 2");
    expect_refused("row 2 is missing", 1);
}

TEST_F(Journals, SwappedRowsMeanThatNothingIsDone)
{
    fill(3);
    meddle("UPDATE journal SET lsn = 5 - lsn + 100 WHERE lsn IN (2, 3);"
           "UPDATE journal SET lsn = lsn - 100 WHERE lsn > 100");
    expect_refused("row 2 ", 1);
}

TEST_F(Journals, ARowThatIsNoBlobMeansThatNothingIsDone)
{
    fill(1);
    meddle("UPDATE journal SET row = x'' WHERE lsn = 2");
    expect_refused("row 2 ", 1);
}

TEST_F(Journals, OfAnotherInstanceAreNotUsed)
{
    fill(1);
    asio::io_context io;
    auto options = journal_in(directory_.path());
    options.instance = "bastion-2";
    Journal journal(std::move(options));
    EXPECT_THAT(
        await(io, journal.load()).problem,
        AllOf(HasSubstr("\"bastion-1\""), HasSubstr("\"bastion-2\"")));
    EXPECT_NE(refusal(io, journal, "later"), "");
}

TEST_F(Journals, ADamagedFileIsLeftAlone)
{
    fill(1);
    {
        std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
        damaged.write("not a database", 14);
    }
    std::filesystem::remove(file().native() + "-wal");
    expect_refused("file is not a database", 0);
}

TEST_F(Journals, TheStateDatabaseIsNotTakenForOne)
{
    {
        DatabaseOptions options;
        options.file = file();
        Database::open(options);
    }
    expect_refused("not one of Understudy's", 0);
}

TEST_F(Journals, ADirectoryThatIsNotThereIsAReason)
{
    asio::io_context io;
    Journal journal(journal_in(directory_.path() / "nowhere"));
    EXPECT_THAT(await(io, journal.load()).problem, HasSubstr("No such file or directory"));
}

/// The directory's lock keeps two daemons apart; should it fail, the rows' numbers do.
TEST_F(Journals, TwoWritersCannotBothGoOn)
{
    asio::io_context io;
    Journal one(journal_in(directory_.path()));
    Journal other(journal_in(directory_.path()));
    await(io, one.load());
    await(io, other.load());
    EXPECT_EQ(refusal(io, one, "one"), "");
    EXPECT_THAT(refusal(io, other, "other"), HasSubstr("UNIQUE constraint failed"));
    EXPECT_TRUE(other.failure());
    EXPECT_EQ(refusal(io, one, "one"), "");
    EXPECT_EQ(verify_journal_file(file()).problem, "");
}

struct DiskFault {
    const char* name;
    int result;
    const char* words;
};

class JournalDiskFaults : public Journals, public testing::WithParamInterface<DiskFault> {};

/// Each write and each sync of an append in turn: what was acknowledged stays, the rows stay a
/// chain, and not one byte is written to the file any more, even when the disk has recovered.
TEST_P(JournalDiskFaults, AtAnyOperationEndTheJournal)
{
    int failures = 0;
    for (int nth = 1; nth <= 10; ++nth) {
        FaultyVfs disk;
        asio::io_context io;
        Journal journal(journal_in(directory_.path()));
        ASSERT_EQ(await(io, journal.load()).problem, "");
        const auto who = "before " + std::to_string(nth);
        ASSERT_EQ(refusal(io, journal, who), "");
        disk.fail_from(nth, GetParam().result);
        const auto reason = refusal(io, journal, "lost");
        if (reason.empty())
            break;  // an append has fewer operations than that
        ++failures;
        EXPECT_THAT(reason, HasSubstr(GetParam().words));
        EXPECT_THAT(journal.failure().value_or(""), HasSubstr(GetParam().words));
        disk.fail_from(0, 0);
        const auto operations = disk.operations();
        EXPECT_NE(refusal(io, journal, "later"), "");
        EXPECT_THROW(await(io, journal.reserve(4096)), StoreError);
        EXPECT_THROW(await(io, journal.checkpoint()), StoreError);
        EXPECT_EQ(disk.operations(), operations) << "the file was touched after the failure";
    }
    EXPECT_GE(failures, 2);
    const auto loaded = reopened();
    EXPECT_EQ(loaded.problem, "");
    const auto all = encoded(loaded.records);
    for (int nth = 1; nth <= failures; ++nth)
        EXPECT_THAT(all, HasSubstr("by=before " + std::to_string(nth) + "\n"));
    EXPECT_THAT(all, testing::Not(HasSubstr("later")));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    JournalDiskFaults,
    testing::Values(
        DiskFault{"Full", SQLITE_FULL, "full"},
        DiskFault{"WriteError", SQLITE_IOERR_WRITE, "disk I/O error"},
        DiskFault{"SyncError", SQLITE_IOERR_FSYNC, "disk I/O error"},
        DiskFault{"ReadOnly", SQLITE_READONLY, "readonly"}),
    [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace understudy::store
