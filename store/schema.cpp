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

// journal: each row seals the one before it, see core/journal.hpp; rows are only ever added.
// filler:  empty, but for the moment in which room is made for a run.
constexpr const char* journal_version_1 = R"sql(
CREATE TABLE journal(
    lsn INTEGER PRIMARY KEY,
    row BLOB NOT NULL
) STRICT;

CREATE TABLE filler(
    bytes BLOB NOT NULL
) STRICT;
)sql";

// Rows are only ever added.
constexpr std::array<const char*, 1> state_migrations{version_1};
constexpr std::array<const char*, 1> journal_migrations{journal_version_1};

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

void require_intact(Database& database, const Schema& schema)
{
    auto check = database.statement("PRAGMA integrity_check(1)");
    check.step();
    const auto verdict = check.text(0);
    if (verdict != "ok")
        throw StoreError(fmt::format(
            "state database {} is damaged ({}); keep a copy for the report, {}", database.name(),
            verdict, schema.when_damaged));
}

int latest_version(const Schema& schema) { return static_cast<int>(schema.migrations.size()); }

}  // namespace

const Schema state_schema{
    0x55445354,  // "UDST"
    state_migrations,
    "move it away and start again: what was remembered of the planes and unsent alerts are lost"};

const Schema journal_schema{
    0x55444a4e,  // "UDJN"
    journal_migrations,
    "look at both planes, move it away and start again: runs, holds and obligations are forgotten"};

void require_ours_and_intact(Database& database, const Schema& schema)
{
    if (empty(database))
        return;
    if (number(database, "PRAGMA application_id") != schema.application_id)
        throw StoreError(fmt::format(
            "{} is a SQLite file, but not one of Understudy's; give the state directory to "
            "Understudy "
            "alone, or move the file away",
            database.name()));
    const auto version = number(database, "PRAGMA user_version");
    if (version > latest_version(schema))
        throw StoreError(fmt::format(
            "state database {} has format {}, written by a newer Understudy; this one knows "
            "formats up "
            "to {}: install the newer version again, or move the file away",
            database.name(), version, latest_version(schema)));
    require_intact(database, schema);
}

void migrate(Database& database, const Schema& schema)
{
    const auto version = number(database, "PRAGMA user_version");
    if (version == latest_version(schema))
        return;
    Transaction transaction(database);
    for (const auto* migration : schema.migrations.subspan(static_cast<std::size_t>(version)))
        database.execute(migration);
    database.execute(fmt::format("PRAGMA application_id = {}", schema.application_id).c_str());
    database.execute(fmt::format("PRAGMA user_version = {}", latest_version(schema)).c_str());
    transaction.commit();
}

}  // namespace understudy::store
