/// The journal's table: rows in, rows out. Runs on the worker's thread.
#pragma once

#include "core/journal.hpp"
#include "store/database.hpp"

#include <vector>

namespace understudy::store {

/// All rows, in the order of their numbers. Throws StoreError.
std::vector<core::JournalRow> read_rows(Database& database);
/// All of the rows or none; durable when it returns. Throws StoreError.
void write_rows(Database& database, const std::vector<core::JournalRow>& rows);

}  // namespace understudy::store
