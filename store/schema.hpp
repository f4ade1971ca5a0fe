/// The tables, and how a file of an older version is brought up to them.
#pragma once

namespace understudy::store {

class Database;

/// Marks the file as ours in SQLite's header ("UDST").
inline constexpr int application_id = 0x55445354;
/// The format this version writes; a file with a higher number was written by a newer Understudy.
inline constexpr int schema_version = 1;

/// Refuses files that are not ours, are newer, or are damaged; only reads.
void require_ours_and_intact(Database& database);
/// Creates what is missing; one transaction, so a crash leaves the old format.
void migrate(Database& database);

}  // namespace understudy::store
