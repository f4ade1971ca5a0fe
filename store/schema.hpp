/// The tables, and how a file of an older version is brought up to them.
#pragma once

#include <span>

namespace understudy::store {

class Database;

/// What a file holds: one of ours, of one kind.
struct Schema {
    int application_id;  ///< Marks the file as ours in SQLite's header.
    /// Element n brings format n to format n + 1; the last format is the one this version writes.
    /// A file with a higher one was written by a newer Understudy.
    std::span<const char* const> migrations;
    const char* when_damaged;  ///< What a human is to do, and what it costs.
};

/// What the judge remembers, and the alerts that are owed.
extern const Schema state_schema;
/// The journal of what was done: see store/journal.hpp.
extern const Schema journal_schema;

/// Refuses files that are not ours, are newer, or are damaged; only reads.
void require_ours_and_intact(Database& database, const Schema& schema);
/// Creates what is missing; one transaction, so a crash leaves the old format.
void migrate(Database& database, const Schema& schema);

}  // namespace understudy::store
