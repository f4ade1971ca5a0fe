/// One SQL statement in use: bind in order, step, read columns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace understudy::store {

/// The store could not do what was asked. The text names the file, what was tried, and SQLite's
/// words.
class StoreError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws the StoreError for what the connection has just reported.
[[noreturn]] void throw_store_error(
    sqlite3* connection, std::string_view database, std::string_view action);

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using PreparedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Borrows a prepared statement and leaves it reset and unbound. Must not outlive its database.
class Statement {
public:
    Statement(sqlite3_stmt* statement, std::string_view database) noexcept
        : statement_(statement), database_(database)
    {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds the next parameter.
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view value);
    Statement& bind(std::optional<std::int64_t> value);
    Statement& bind_blob(std::string_view bytes);

    /// True when there is a row to read; false when the statement is done.
    bool step();
    /// Steps to the end, for statements that yield nothing.
    void run();

    std::int64_t integer(int column) const noexcept;
    std::optional<std::int64_t> optional_integer(int column) const noexcept;
    std::string text(int column) const;
    std::string blob(int column) const;

private:
    void check(int result);

    sqlite3_stmt* statement_;
    std::string_view database_;  ///< Its name, for messages.
    int bound_ = 0;
};

}  // namespace understudy::store
