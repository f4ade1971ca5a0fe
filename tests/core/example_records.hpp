/// One record of each kind, with every field set, and a hash that needs no library.
#pragma once

#include "core/journal.hpp"
#include "core/record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// 64 hexadecimal digits, as SHA-256 has; good enough to tell texts apart.
std::string test_hash(std::string_view bytes);

/// Two steps, each with operations, parameters and texts that need escaping.
Plan example_plan();
/// As many operations in one step.
Plan big_plan(std::size_t operations);

/// In the order of RecordBody's alternatives.
std::vector<Record> example_records();
std::vector<JournalRow> sealed(const std::vector<Record>& records);

}  // namespace understudy::core
