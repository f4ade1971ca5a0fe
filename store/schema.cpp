#include "store/schema.hpp"

#include "store/database.hpp"

#include <fmt/format.h>

#include <array>

namespace understudy::store {

namespace {

// memory:   what the judge must remember over a restart; keys and values are its own.
// alert:    what every alert was last: the state that repeats and a restart go by.
// delivery: what is owed to a receiver, in order. A row is a whole event, so that a raise is told
// as it
//           was although the alert has been resolved since. `id` is the receiver's idempotency key.
// told:     when a receiver last took note of an alert; repeats are counted from there.
constexpr const char* version_1 = R"sql(
CREATE TABLE memory(
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alert(
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    firing INTEGER NOT NULL CHECK (firing IN (0, 1)),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    not_to TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('raise', 'resolve', 'repeat')),
    fingerprint TEXT NOT NULL REFERENCES alert(fingerprint),
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    firing INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX delivery_order ON delivery(receiver, fingerprint, sequence);

CREATE TABLE told(
    receiver TEXT NOT NULL,
    fingerprint TEXT NOT NULL REFERENCES alert(fingerprint) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (receiver, fingerprint)
) STRICT, WITHOUT ROWID;
)sql";

/// Element n brings format n to format n + 1. Rows are only ever added.
constexpr std::array migrations{version_1};
static_assert(migrations.size() == schema_version);

std::int64_t number(Database& database, std::string_view sql)
{
    auto statement = database.statement(sql);
    statement.step();
    return statement.integer(0);
}

bool empty(Database& database)
{
    return number(database, "SELECT count(*) FROM sqlite_schema") == 0;
}

void require_intact(Database& database)
{
    auto check = database.statement("PRAGMA integrity_check(1)");
    check.step();
    const auto verdict = check.text(0);
    if (verdict != "ok")
        throw StoreError(fmt::format(
            "state database {} is damaged ({}); keep a copy for the report, move it away and start "
            "again: what was remembered of the planes and unsent alerts are lost",
            database.name(), verdict));
}

}  // namespace

void require_ours_and_intact(Database& database)
{
    if (empty(database))
        return;
    if (number(database, "PRAGMA application_id") != application_id)
        throw StoreError(fmt::format(
            "{} is a SQLite file, but not one of Understudy's; give the state directory to "
            "Understudy "
            "alone, or move the file away",
            database.name()));
    const auto version = number(database, "PRAGMA user_version");
    if (version > schema_version)
        throw StoreError(fmt::format(
            "state database {} has format {}, written by a newer Understudy; this one knows "
            "formats up "
            "to {}: install the newer version again, or move the file away",
            database.name(), version, schema_version));
    require_intact(database);
}

void migrate(Database& database)
{
    const auto version = number(database, "PRAGMA user_version");
    if (version == schema_version)
        return;
    Transaction transaction(database);
    for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next)
        database.execute(migrations.at(next));
    database.execute(fmt::format("PRAGMA application_id = {}", application_id).c_str());
    database.execute(fmt::format("PRAGMA user_version = {}", schema_version).c_str());
    transaction.commit();
}

}  // namespace understudy::store
