#include "store/database.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <system_error>
#include <unistd.h>

namespace understudy::store {

namespace {

namespace fs = std::filesystem;

class FileHandle {
public:
    FileHandle(const fs::path& path, int flags) : number_(::open(path.c_str(), flags, 0600)) {}
    ~FileHandle()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    int number() const noexcept { return number_; }

private:
    int number_;
};

[[noreturn]] void fail(const fs::path& file, std::string_view action)
{
    throw StoreError(fmt::format(
        "state database {}: {}: {}; the state directory must exist, be writable and belong to the "
        "daemon's user",
        file.native(), action, std::generic_category().message(errno)));
}

/// SQLite would create the file readable for everybody that the umask lets in; the WAL takes over
/// the mode of the file. Runs before SQLite has it open: closing a descriptor drops SQLite's POSIX
/// locks.
void create_private(const fs::path& file)
{
    const FileHandle handle(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW);
    if (handle.number() < 0)
        fail(file, "opening");
    struct stat status {};
    if (::fstat(handle.number(), &status) != 0)
        fail(file, "reading the mode");
    if ((status.st_mode & 077U) != 0 && ::fchmod(handle.number(), 0600) != 0)
        fail(file, "setting the mode to 0600");
    const FileHandle directory(file.parent_path(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory.number() < 0 || ::fsync(directory.number()) != 0)
        fail(file, "making the directory entry durable");
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const noexcept
{
    sqlite3_close_v2(connection);
}

Database::Database(std::string name, const Schema& schema, int flags)
    : name_(std::move(name)), schema_(&schema)
{
    sqlite3* connection = nullptr;
    const auto result = sqlite3_open_v2(name_.c_str(), &connection, flags, nullptr);
    connection_.reset(connection);  // also after a failure: it carries the reason
    if (connection == nullptr)
        throw StoreError(fmt::format("state database {}: opening: out of memory", name_));
    sqlite3_extended_result_codes(connection, 1);
    if (result != SQLITE_OK)
        throw_store_error(connection, name_, "opening");
}

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::open(const DatabaseOptions& options)
{
    create_private(options.file);
    // NOMUTEX: the worker's one thread is the only user at any time.
    Database database(
        options.file.native(), *options.schema,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW);
    if (options.checkpoint_by_hand)
        database.never_checkpoint_unasked();
    require_ours_and_intact(database, *options.schema);
    database.tune(options);
    migrate(database, *options.schema);
    return database;
}

Database Database::open_read_only(const DatabaseOptions& options)
{
    Database database(
        options.file.native(), *options.schema,
        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW);
    database.never_checkpoint_unasked();
    sqlite3_busy_timeout(
        database.connection_.get(), static_cast<int>(options.busy_timeout.count()));
    database.execute("PRAGMA trusted_schema = OFF");
    require_ours_and_intact(database, *options.schema);
    return database;
}

Database Database::in_memory(const Schema& schema)
{
    Database database(
        ":memory:", schema, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX);
    database.execute("PRAGMA foreign_keys = ON");
    migrate(database, schema);
    return database;
}

void Database::tune(const DatabaseOptions& options)
{
    sqlite3_busy_timeout(connection_.get(), static_cast<int>(options.busy_timeout.count()));
    execute("PRAGMA trusted_schema = OFF");
    require_setting("PRAGMA journal_mode = WAL", "wal");
    execute("PRAGMA synchronous = FULL");
    require_setting("PRAGMA synchronous", "2");
    execute("PRAGMA foreign_keys = ON");
    require_setting("PRAGMA foreign_keys", "1");
}

void Database::never_checkpoint_unasked()
{
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    require_setting("PRAGMA wal_autocheckpoint = 0", "0");
}

/// SQLite answers an unknown or refused setting with silence, so each is read back.
void Database::require_setting(const char* pragma, std::string_view wanted)
{
    auto query = statement(pragma);
    const auto found = query.step() ? query.text(0) : std::string();
    if (found != wanted)
        throw StoreError(fmt::format(
            "state database {}: {} gave \"{}\", not \"{}\": what is written would not survive a "
            "crash; "
            "is the directory on a network or read-only file system?",
            name_, pragma, found, wanted));
}

Statement Database::statement(std::string_view sql)
{
    auto found = prepared_.find(sql);
    if (found == prepared_.end()) {
        sqlite3_stmt* compiled = nullptr;
        const auto size = static_cast<int>(sql.size());
        if (sqlite3_prepare_v3(
                connection_.get(), sql.data(), size, SQLITE_PREPARE_PERSISTENT, &compiled,
                nullptr) != SQLITE_OK)
            throw_store_error(connection_.get(), name_, sql);
        found = prepared_.emplace(sql, PreparedStatement(compiled)).first;
    }
    assert(sqlite3_stmt_busy(found->second.get()) == 0);
    return {found->second.get(), name_};
}

void Database::execute(const char* sql)
{
    if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw_store_error(connection_.get(), name_, sql);
}

void Database::copy_from(Database& source)
{
    auto* backup = sqlite3_backup_init(connection_.get(), "main", source.connection_.get(), "main");
    if (backup == nullptr)
        throw_store_error(connection_.get(), name_, "copying");
    sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK)
        throw_store_error(connection_.get(), name_, "copying");
}

void Database::forbid_writes() noexcept
{
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_exec(connection_.get(), "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
}

bool Database::checkpoint()
{
    auto row = statement("PRAGMA wal_checkpoint(RESTART)");
    return row.step() && row.integer(0) == 0;
}

Transaction::Transaction(Database& database) : database_(database)
{
    // IMMEDIATE: take the write lock now, not in the middle.
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (!open_)
        return;
    try {
        database_.execute("ROLLBACK");
    } catch (const StoreError&) {
        // SQLite has rolled back by itself after an I/O error; there is nothing left to undo.
    }
}

void Transaction::commit()
{
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace understudy::store
