#include "store/statement.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <system_error>

namespace understudy::store {

namespace {

/// The value of SQLITE_TRANSIENT, "copy the bytes", which the header spells as a C cast.
sqlite3_destructor_type copy_bytes() { return reinterpret_cast<sqlite3_destructor_type>(-1); }

/// SQLite takes a null pointer for NULL, which an empty value is not.
const char* data_of(std::string_view value) { return value.data() == nullptr ? "" : value.data(); }

}  // namespace

void throw_store_error(sqlite3* connection, std::string_view database, std::string_view action)
{
    const auto code = sqlite3_extended_errcode(connection);
    const auto os_error = sqlite3_system_errno(connection);
    auto text = fmt::format(
        "state database {}: {}: {} (SQLite result {})", database, action,
        sqlite3_errmsg(connection), code);
    if (os_error != 0)
        text += fmt::format(": {}", std::generic_category().message(os_error));
    throw StoreError(text);
}

void FinalizeStatement::operator()(sqlite3_stmt* statement) const noexcept
{
    sqlite3_finalize(statement);
}

Statement::~Statement()
{
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value)
{
    check(sqlite3_bind_int64(statement_, ++bound_, value));
    return *this;
}

Statement& Statement::bind(std::string_view value)
{
    check(sqlite3_bind_text64(
        statement_, ++bound_, data_of(value), value.size(), copy_bytes(), SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(std::string_view bytes)
{
    check(sqlite3_bind_blob64(statement_, ++bound_, data_of(bytes), bytes.size(), copy_bytes()));
    return *this;
}

Statement& Statement::bind(std::optional<std::int64_t> value)
{
    if (value)
        return bind(*value);
    check(sqlite3_bind_null(statement_, ++bound_));
    return *this;
}

bool Statement::step()
{
    const auto result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        check(result);
    return false;
}

void Statement::run()
{
    while (step())
        ;
}

std::int64_t Statement::integer(int column) const noexcept
{
    return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const noexcept
{
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL)
        return std::nullopt;
    return integer(column);
}

std::string Statement::text(int column) const
{
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::blob(int column) const
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (bytes == nullptr)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::check(int result)
{
    if (result != SQLITE_OK)
        throw_store_error(sqlite3_db_handle(statement_), database_, sqlite3_sql(statement_));
}

}  // namespace understudy::store
