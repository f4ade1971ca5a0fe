#include "store/database.hpp"
#include "store/schema.hpp"
#include "store/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sqlite3.h>

namespace understudy::store {
namespace {

using support::TemporaryDirectory;
using testing::HasSubstr;

class DatabaseTest : public testing::Test {
protected:
    DatabaseOptions options() const
    {
        DatabaseOptions wanted;
        wanted.file = directory_.path() / "understudy.db";
        return wanted;
    }
    std::string refusal() const
    {
        try {
            Database::open(options());
        } catch (const StoreError& error) {
            return error.what();
        }
        return {};
    }
    /// As another program would.
    void meddle(const char* sql) const
    {
        sqlite3* connection = nullptr;
        ASSERT_EQ(sqlite3_open(options().file.c_str(), &connection), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(connection);
    }
    static std::string setting(Database& database, const char* pragma)
    {
        auto row = database.statement(pragma);
        row.step();
        return row.text(0);
    }

    TemporaryDirectory directory_;
};

TEST_F(DatabaseTest, OpensWithTheSettingsThatDurabilityNeeds)
{
    auto database = Database::open(options());
    EXPECT_EQ(setting(database, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(setting(database, "PRAGMA synchronous"), "2");
    EXPECT_EQ(setting(database, "PRAGMA foreign_keys"), "1");
    EXPECT_EQ(
        setting(database, "PRAGMA application_id"), std::to_string(state_schema.application_id));
}

TEST_F(DatabaseTest, IsReadableByItsOwnerOnly)
{
    const auto old_mask = ::umask(0);
    std::ofstream(options().file).close();  // found with mode 0666
    auto database = Database::open(options());
    database.execute("INSERT INTO memory VALUES ('a', 'b')");
    ::umask(old_mask);
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        struct stat status {};
        ASSERT_EQ(::stat((options().file.native() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
    }
}

TEST_F(DatabaseTest, RefusesANewerFormatAndNamesIt)
{
    Database::open(options());
    meddle("PRAGMA user_version = 7");
    EXPECT_THAT(refusal(), HasSubstr("has format 7"));
    EXPECT_THAT(refusal(), HasSubstr("install the newer version"));
}

TEST_F(DatabaseTest, RefusesAnotherApplicationsFile)
{
    meddle("CREATE TABLE theirs(a)");
    EXPECT_THAT(refusal(), HasSubstr("not one of Understudy's"));
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabase)
{
    std::ofstream(options().file) << std::string(8192, 'x');
    EXPECT_THAT(refusal(), HasSubstr("not a database"));
}

TEST_F(DatabaseTest, RefusesADamagedFile)
{
    {
        auto database = Database::open(options());
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
            "INSERT INTO memory SELECT 'key' || i, 'value' FROM n");
    }
    std::fstream file(options().file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const auto size = static_cast<std::streamoff>(file.tellp());
    for (auto at = static_cast<std::streamoff>(4096 * 8); at < size; at += 4096) {
        file.seekp(at);
        file << std::string(64, '\xee');
    }
    file.close();
    EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(DatabaseTest, RollsBackWhatWasNotCommitted)
{
    auto database = Database::open(options());
    {
        Transaction transaction(database);
        database.execute("INSERT INTO memory VALUES ('a', 'b')");
    }
    EXPECT_EQ(setting(database, "SELECT count(*) FROM memory"), "0");
}

TEST_F(DatabaseTest, CopiesIntoMemory)
{
    auto database = Database::open(options());
    database.execute("INSERT INTO memory VALUES ('a', 'b')");
    auto copy = Database::in_memory();
    copy.copy_from(database);
    EXPECT_EQ(setting(copy, "SELECT value FROM memory"), "b");
    copy.execute("INSERT INTO memory VALUES ('c', 'd')");
}

}  // namespace
}  // namespace understudy::store
