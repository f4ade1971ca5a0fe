/// The disk below the journal: the real rows and their chain, and what a disk can do to them.
#pragma once

#include "core/journal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace understudy::simulation {

/// Rows that were written together are there together or not at all, as the database that holds
/// them promises.
class Disk {
public:
    /// What a process that starts finds, verified as the store does it.
    core::VerifiedJournal load();

    void write(std::vector<core::Record> records);
    /// The write is on the platter: its writer may be told.
    void sync();
    bool is_writing() const { return pending_.has_value(); }
    /// Power or the process is gone: what was being written is there, or it is not.
    void crash(bool is_there);

    /// False: there is nothing yet that could be damaged.
    bool flip_a_bit(std::uint64_t where);
    /// As it was when that copy was made.
    void restore(const Disk& snapshot);

    /// What is durable, in order.
    const std::vector<core::Record>& records() const { return records_; }

    bool fails = false;    ///< Writes end with an I/O error.
    bool is_full = false;  ///< Nothing more can be reserved; what was reserved can be used.

private:
    std::vector<core::JournalRow> rows_;
    std::vector<core::Record> records_;
    std::optional<std::vector<core::Record>> pending_;
    std::string last_hash_ = std::string(64, '0');
};

}  // namespace understudy::simulation
