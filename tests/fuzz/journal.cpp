// A journal: `ROW PLACE FLIP` and records, separated by the byte 0x1f. What was sealed is believed;
// after one changed byte, nothing from there on.
#include "core/journal.hpp"

#include "net/sha256.hpp"

#include <string>
#include <vector>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

constexpr char separator = '\x1f';

std::vector<core::JournalRow> sealed_rows(std::string_view records)
{
    core::JournalChain chain(net::sha256_hex);
    std::vector<core::JournalRow> rows;
    while (!records.empty()) {
        if (const auto record = core::decode_record(take_until(records, separator)))
            rows.push_back(chain.seal(*record));
    }
    return rows;
}

void require_believed(const std::vector<core::JournalRow>& rows)
{
    const auto journal = core::verify_journal(rows, net::sha256_hex);
    require(journal.problem.empty(), "what was sealed is believed");
    require(journal.records.size() == rows.size(), "all of it");
    for (std::size_t i = 0; i < rows.size(); ++i)
        require(
            rows[i].bytes.ends_with("\n" + core::encode(journal.records[i])), "as it was written");
}

void require_noticed(
    std::vector<core::JournalRow> rows, std::size_t row, std::size_t place, char flip)
{
    auto& bytes = rows[row].bytes;
    auto& byte = bytes[place % bytes.size()];
    byte = static_cast<char>(byte ^ flip);
    const auto journal = core::verify_journal(rows, net::sha256_hex);
    require(!journal.problem.empty(), "a changed byte is noticed");
    require(journal.records.size() == row, "and what comes before it is believed, no more");
}

}  // namespace

void try_input(std::string_view input)
{
    // Bytes that nobody sealed: anything may be in a file.
    const auto raw = core::verify_journal({{1, std::string(input)}}, net::sha256_hex);
    require(raw.records.empty() == !raw.problem.empty(), "a row is believed or complained of");

    const auto row = take_byte(input);
    auto place = take_byte(input) << 8U;
    place |= take_byte(input);
    const auto flip = static_cast<char>(take_byte(input));
    const auto rows = sealed_rows(input);
    require_believed(rows);
    if (!rows.empty() && flip != 0)
        require_noticed(rows, row % rows.size(), place, flip);
}

}  // namespace understudy::fuzz
