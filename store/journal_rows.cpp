#include "store/journal_rows.hpp"

#include "net/kill_points.hpp"

namespace understudy::store {

std::vector<core::JournalRow> read_rows(Database& database)
{
    std::vector<core::JournalRow> rows;
    auto row = database.statement("SELECT lsn, row FROM journal ORDER BY lsn");
    while (row.step())
        rows.push_back({static_cast<std::uint64_t>(row.integer(0)), row.blob(1)});
    return rows;
}

void write_rows(Database& database, const std::vector<core::JournalRow>& rows)
{
    net::kill_point("journal-before-write");
    Transaction transaction(database);
    for (const auto& row : rows) {
        auto insert = database.statement("INSERT INTO journal(lsn, row) VALUES (?, ?)");
        insert.bind(static_cast<std::int64_t>(row.lsn)).bind_blob(row.bytes).run();
    }
    transaction.commit();
    net::kill_point("journal-durable");
}

}  // namespace understudy::store
