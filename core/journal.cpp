#include "core/journal.hpp"

#include <optional>
#include <utility>

namespace understudy::core {

namespace {

constexpr std::string_view magic = "UJ1";

/// What the hash of a row is of.
std::string covered(std::uint64_t lsn, std::string_view previous, std::string_view payload)
{
    std::string text = std::to_string(lsn);
    text.append(" ").append(previous).append("\n").append(payload);
    return text;
}

std::string row_bytes(
    std::uint64_t lsn, std::string_view previous, std::string_view hash, std::string_view payload)
{
    std::string row(magic);
    row.append(" ").append(std::to_string(lsn)).append(" ").append(previous);
    row.append(" ").append(hash).append(" ").append(std::to_string(payload.size()));
    return row.append("\n").append(payload);
}

std::string_view payload_of(std::string_view row)
{
    const auto end = row.find('\n');
    return end == std::string_view::npos ? std::string_view() : row.substr(end + 1);
}

/// Written by a version that numbers its rows' form higher.
bool is_newer(std::string_view row)
{
    const auto word = row.substr(0, row.find(' '));
    return word.size() == magic.size() && word.starts_with("UJ") && word > magic;
}

/// For people: the check is the comparison in `Reader::next`.
std::string what_is_wrong(const JournalRow& row, std::string_view previous)
{
    if (is_newer(row.bytes))
        return "is of a newer format; install the version that wrote it again";
    const auto start = std::string(magic) + " " + std::to_string(row.lsn) + " ";
    if (!row.bytes.starts_with(start))
        return "does not begin as a row of this number begins";
    if (std::string_view(row.bytes).substr(start.size(), previous.size()) != previous)
        return "does not follow the row before it: a row was replaced, removed or added";
    return "was changed or cut after it was written: its hash or length does not fit";
}

/// Holds row after row against what the rows before it demand.
class Reader {
public:
    explicit Reader(Hash hash) : hash_(hash) {}

    /// False: the row is bad, `journal().problem` says how, and no further row is to be read.
    bool next(const JournalRow& row)
    {
        const auto lsn = journal_.last_lsn + 1;
        if (row.lsn != lsn)
            return stop(lsn, "is missing: the next one there is " + std::to_string(row.lsn));
        // Nothing of a row is believed: it must be what would have been written here.
        const auto payload = payload_of(row.bytes);
        auto hash = hash_(covered(lsn, journal_.last_hash, payload));
        if (row.bytes != row_bytes(lsn, journal_.last_hash, hash, payload))
            return stop(lsn, what_is_wrong(row, journal_.last_hash));
        auto record = decode_record(payload);
        if (!record)
            return stop(
                lsn,
                "is intact, but no record that this version knows; install the version that wrote "
                "it again");
        journal_.records.push_back(std::move(*record));
        journal_.last_lsn = lsn;
        journal_.last_hash = std::move(hash);
        return true;
    }

    VerifiedJournal take() { return std::move(journal_); }

private:
    bool stop(std::uint64_t lsn, const std::string& why)
    {
        journal_.problem = "row " + std::to_string(lsn) + " " + why;
        return false;
    }

    Hash hash_;
    VerifiedJournal journal_;
};

}  // namespace

JournalRow JournalChain::seal(const Record& record)
{
    const auto payload = encode(record);
    auto hash = hash_(covered(lsn_ + 1, last_hash_, payload));
    JournalRow row{lsn_ + 1, row_bytes(lsn_ + 1, last_hash_, hash, payload)};
    resume_at(row.lsn, std::move(hash));
    return row;
}

void JournalChain::resume_at(std::uint64_t lsn, std::string last_hash)
{
    lsn_ = lsn;
    last_hash_ = std::move(last_hash);
}

VerifiedJournal verify_journal(const std::vector<JournalRow>& rows, Hash hash)
{
    Reader reader(hash);
    for (const auto& row : rows) {
        if (!reader.next(row))
            break;
    }
    return reader.take();
}

}  // namespace understudy::core
