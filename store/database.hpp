/// SQLite with the settings that durability needs, behind plain types.
#pragma once

#include "store/schema.hpp"
#include "store/statement.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;

namespace understudy::store {

struct DatabaseOptions {
    std::filesystem::path file;
    /// How long to wait for a person who looks into the file with another tool.
    std::chrono::milliseconds busy_timeout{5000};
    const Schema* schema = &state_schema;
    /// SQLite never moves the log into the file by itself, nor when it closes: the owner does.
    bool checkpoint_by_hand = false;

    DatabaseOptions() = default;
};

/// One connection, used by one thread at a time. What a transaction committed is on disk: WAL with
/// synchronous=FULL, one fdatasync a commit. Every failure throws StoreError.
class Database {
public:
    /// Opens or creates the file (mode 0600) and brings it to this version's schema. Refuses,
    /// saying why and what to do: another application's file, a newer schema, a file that is not
    /// intact.
    static Database open(const DatabaseOptions& options);
    /// Only looks, also while a daemon writes; creates and changes nothing in the file. Refuses as
    /// `open` does. SQLite's files beside it (`-wal`, `-shm`) must be readable.
    static Database open_read_only(const DatabaseOptions& options);
    /// The schema in memory; gone when the process ends.
    static Database in_memory(const Schema& schema = state_schema);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// Prepared once, then reused; `sql` must outlive the database (a literal). Not while an
    /// earlier Statement of the same text is alive.
    Statement statement(std::string_view sql);
    void execute(const char* sql);

    /// Replaces the content of this database by that of `source`.
    void copy_from(Database& source);
    /// After a failed write nothing may touch the file again, not even the checkpoint that closing
    /// would do: the kernel has dropped the dirty pages, and a second fsync would claim success.
    void forbid_writes() noexcept;
    /// Moves the log into the file, both durable, so that the next write begins the log anew in the
    /// room that it has. False: another program is reading, and not all could be moved.
    bool checkpoint();

    const std::string& name() const noexcept { return name_; }
    const Schema& schema() const noexcept { return *schema_; }

private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };

    Database(std::string name, const Schema& schema, int flags);
    void tune(const DatabaseOptions& options);
    void never_checkpoint_unasked();
    void require_setting(const char* pragma, std::string_view wanted);

    std::string name_;  ///< The file, for messages.
    const Schema* schema_;
    std::unique_ptr<sqlite3, Close> connection_;
    /// Declared after the connection: statements must go first.
    std::map<std::string_view, PreparedStatement, std::less<>> prepared_;
};

/// A write transaction; rolled back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Durable when it returns.
    void commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace understudy::store
