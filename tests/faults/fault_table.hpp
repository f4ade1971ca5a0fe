/// sandbox/faults.table as a test reads it: what each fault must lead to.
#pragma once

#include "core/settings.hpp"

#include <array>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace understudy::sandbox {

struct FaultRow {
    std::string name;
    std::string breaks;  ///< For people.
    std::array<std::string, core::evidence_class_count>
        classes;  ///< In the order of EvidenceClass.
    std::string verdict;
    std::string reason;
    std::string acting;  ///< `fails over`, `fails over, fence owed` or `no run`.

    bool operator==(const FaultRow&) const = default;
    /// For the messages of tests.
    friend std::ostream& operator<<(std::ostream& out, const FaultRow& row)
    {
        return out << row.name;
    }
};

/// Throws std::runtime_error that names the line which does not have every column.
std::vector<FaultRow> read_fault_table(const std::filesystem::path& file);

/// The first table of docs/faults.md, as the same rows.
std::vector<FaultRow> read_fault_document(const std::filesystem::path& file);

}  // namespace understudy::sandbox
