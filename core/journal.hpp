/// The journal's rows: each carries its number, the hash of the one before and its own, so that a
/// changed, lost or swapped row is found. Pure; where rows are kept is the store's.
#pragma once

#include "core/plan.hpp"
#include "core/record.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// One row as it is stored: `UJ1 LSN PREVIOUS HASH LENGTH\n` and then LENGTH bytes of payload. HASH
/// covers LSN, PREVIOUS and payload; the first row's PREVIOUS is 64 zeros.
struct JournalRow {
    std::uint64_t lsn = 0;  ///< Dense, from 1.
    std::string bytes;
};

/// Seals records into rows, one after the other.
class JournalChain {
public:
    explicit JournalChain(Hash hash) : hash_(hash) {}

    JournalRow seal(const Record& record);
    std::uint64_t last_lsn() const noexcept { return lsn_; }
    /// Goes on behind the last row of a verified journal.
    void resume_at(std::uint64_t lsn, std::string last_hash);
    const std::string& last_hash() const noexcept { return last_hash_; }

private:
    Hash hash_;
    std::uint64_t lsn_ = 0;
    std::string last_hash_ = std::string(64, '0');
};

struct VerifiedJournal {
    std::vector<Record> records;
    std::string problem;  ///< Empty: every row is as it was written. Else names the LSN.
    std::uint64_t last_lsn = 0;
    std::string last_hash = std::string(64, '0');
};

/// Reads a whole journal. After the first bad row nothing is believed: `records` ends before it.
/// Any bytes may be handed in. What no chain can show is that its last rows are gone: they are
/// missed only by whoever knows that they were there.
VerifiedJournal verify_journal(const std::vector<JournalRow>& rows, Hash hash);

}  // namespace understudy::core
