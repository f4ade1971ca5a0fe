#include "store/journal_room.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace understudy::store {

namespace {

namespace fs = std::filesystem;

std::uintmax_t number(Database& database, std::string_view pragma)
{
    auto row = database.statement(pragma);
    return row.step() ? static_cast<std::uintmax_t>(row.integer(0)) : 0;
}

std::uintmax_t log_size(const Database& database)
{
    std::error_code none;
    const auto size = fs::file_size(database.name() + "-wal", none);
    return none ? 0 : size;
}

bool has_room(Database& database, std::size_t bytes)
{
    const auto free =
        number(database, "PRAGMA freelist_count") * number(database, "PRAGMA page_size");
    return free >= bytes && log_size(database) >= bytes;
}

void empty_the_log(Database& database)
{
    if (!database.checkpoint())
        throw NoRoom(fmt::format(
            "journal {}: no room was made for a run, because another program is reading it; end "
            "that one",
            database.name()));
}

/// Asked first, because a disk that turns out to be full while we write ends the journal.
void require_space(const Database& database, std::size_t bytes)
{
    // The filler goes into the log and into the file, and its removal into the log once more.
    const auto wanted = 3 * static_cast<std::uintmax_t>(bytes);
    const auto available = fs::space(fs::path(database.name()).parent_path()).available;
    if (available < wanted)
        throw NoRoom(fmt::format(
            "journal {}: a run needs {} KiB of room, and its file system has {} KiB left; free "
            "some",
            database.name(), wanted / 1024, available / 1024));
}

/// Two transactions: pages that one transaction both took and gave back are never written.
void write_filler(Database& database, std::size_t bytes)
{
    constexpr std::size_t page = 4096;  // as much of it as lies in the table's own leaf, at most
    auto insert = database.statement("INSERT INTO filler(bytes) VALUES (zeroblob(?))");
    insert.bind(static_cast<std::int64_t>(bytes + page)).run();
    database.execute("DELETE FROM filler");
}

}  // namespace

void make_room(Database& database, std::size_t bytes)
{
    empty_the_log(database);
    if (has_room(database, bytes))
        return;
    require_space(database, bytes);
    write_filler(database, bytes);
    empty_the_log(database);
    if (!has_room(database, bytes))
        throw StoreError(fmt::format(
            "state database {}: {} bytes of room were written for a run, and are not there",
            database.name(), bytes));
}

}  // namespace understudy::store
