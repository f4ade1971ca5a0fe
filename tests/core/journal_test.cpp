#include "core/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "example_records.hpp"

namespace understudy::core {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Rows = std::vector<JournalRow>;

std::vector<std::string> texts_of(const std::vector<Record>& records)
{
    std::vector<std::string> texts;
    for (const auto& record : records)
        texts.push_back(encode(record));
    return texts;
}

/// Nothing from row `bad` on (an index) may be believed, and everything before it must be.
void expect_believed_up_to(std::size_t bad, const Rows& rows)
{
    const auto journal = verify_journal(rows, test_hash);
    EXPECT_THAT(journal.problem, StartsWith("row " + std::to_string(bad + 1) + " "));
    EXPECT_EQ(journal.last_lsn, bad);
    auto expected = texts_of(example_records());
    expected.resize(bad);
    EXPECT_EQ(texts_of(journal.records), expected);
}

TEST(Journal, RowsHaveTheBytesThatLaterVersionsMustRead)
{
    const auto rows = sealed({{WallTime{}, HoldReleased{"me"}}});
    const std::string payload = "format=2\nkind=hold_released\nat=0ms\nby=me\n";
    const std::string zeros(64, '0');
    EXPECT_EQ(rows.front().lsn, 1U);
    EXPECT_EQ(
        rows.front().bytes, "UJ1 1 " + zeros + " " + test_hash("1 " + zeros + "\n" + payload) +
                                " " + std::to_string(payload.size()) + "\n" + payload);
}

TEST(Journal, IsReadBackWhole)
{
    const auto rows = sealed(example_records());
    const auto journal = verify_journal(rows, test_hash);
    EXPECT_EQ(journal.problem, "");
    EXPECT_EQ(journal.last_lsn, rows.size());
    EXPECT_EQ(texts_of(journal.records), texts_of(example_records()));
    EXPECT_EQ(verify_journal({}, test_hash).problem, "");
    EXPECT_EQ(verify_journal({}, test_hash).last_hash, std::string(64, '0'));
}

TEST(Journal, GoesOnBehindWhatWasVerified)
{
    auto rows = sealed(example_records());
    const auto journal = verify_journal(rows, test_hash);
    JournalChain chain(test_hash);
    chain.resume_at(journal.last_lsn, journal.last_hash);
    rows.push_back(chain.seal({WallTime{}, HoldReleased{"me"}}));
    EXPECT_EQ(rows.back().lsn, journal.last_lsn + 1);
    EXPECT_EQ(verify_journal(rows, test_hash).problem, "");
    EXPECT_EQ(verify_journal(rows, test_hash).last_hash, chain.last_hash());
}

/// Every bit of every row, the number under which it is kept included.
TEST(Journal, AnyFlippedBitIsFound)
{
    auto records = example_records();
    std::swap(records[1], records.back());  // the longest last: it is decoded less often
    auto rows = sealed(records);
    for (std::size_t bad = 0; bad < rows.size(); ++bad) {
        for (std::size_t at = 0; at < rows[bad].bytes.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                auto& byte = rows[bad].bytes[at];
                const auto before = byte;
                byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit));
                const auto journal = verify_journal(rows, test_hash);
                byte = before;
                ASSERT_THAT(journal.problem, StartsWith("row " + std::to_string(bad + 1) + " "));
                ASSERT_EQ(journal.records.size(), bad);
            }
        }
        for (int bit = 0; bit < 64; ++bit) {
            const auto before = std::exchange(rows[bad].lsn, rows[bad].lsn ^ (1ULL << bit));
            EXPECT_EQ(verify_journal(rows, test_hash).records.size(), bad);
            rows[bad].lsn = before;
        }
    }
    EXPECT_EQ(verify_journal(rows, test_hash).problem, "");
}

TEST(Journal, AMissingRowIsFound)
{
    const auto whole = sealed(example_records());
    for (std::size_t bad = 0; bad + 1 < whole.size(); ++bad) {
        auto rows = whole;
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(bad));
        expect_believed_up_to(bad, rows);
        for (auto i = bad; i < rows.size(); ++i)
            rows[i].lsn = i + 1;  // also when who took it out numbered the rest anew
        expect_believed_up_to(bad, rows);
    }
}

TEST(Journal, SwappedRowsAreFound)
{
    const auto whole = sealed(example_records());
    for (std::size_t bad = 0; bad + 1 < whole.size(); ++bad) {
        auto rows = whole;
        std::swap(rows[bad], rows[bad + 1]);
        expect_believed_up_to(bad, rows);
        std::swap(rows[bad].lsn, rows[bad + 1].lsn);
        expect_believed_up_to(bad, rows);
    }
}

TEST(Journal, ARepeatedRowIsFound)
{
    auto rows = sealed(example_records());
    rows.push_back(rows.back());
    expect_believed_up_to(rows.size() - 1, rows);
    rows.back().lsn = rows.size();
    expect_believed_up_to(rows.size() - 1, rows);
}

/// A row of another journal fits by its number, and by nothing else.
TEST(Journal, ARowOfAnotherJournalIsFound)
{
    auto records = example_records();
    auto rows = sealed(records);
    records.front().at += 1ms;
    const auto others = sealed(records);
    rows[4] = others[4];
    expect_believed_up_to(4, rows);
    EXPECT_THAT(verify_journal(rows, test_hash).problem, HasSubstr("does not follow the row"));
}

TEST(Journal, ATailCutAnywhereIsFound)
{
    const auto whole = sealed(example_records());
    const auto last = whole.size() - 1;
    for (std::size_t size = 0; size < whole[last].bytes.size(); ++size) {
        auto rows = whole;
        rows[last].bytes.resize(size);
        expect_believed_up_to(last, rows);
    }
}

TEST(Journal, ARowOfANewerFormatIsSaidToBeOne)
{
    auto rows = sealed(example_records());
    rows[3].bytes.replace(0, 3, "UJ2");
    expect_believed_up_to(3, rows);
    EXPECT_THAT(verify_journal(rows, test_hash).problem, HasSubstr("newer format"));
}

/// Its hash fits: it was written so, by a version that knows more kinds of records.
TEST(Journal, ARecordThatIsNotKnownIsSaidToBeOne)
{
    const std::string payload = "format=2\nkind=wished\nat=0ms\n";
    const std::string zeros(64, '0');
    const auto hash = test_hash("1 " + zeros + "\n" + payload);
    const Rows rows{{1, "UJ1 1 " + zeros + " " + hash + " 28\n" + payload}};
    ASSERT_EQ(payload.size(), 28U);
    expect_believed_up_to(0, rows);
    EXPECT_THAT(verify_journal(rows, test_hash).problem, HasSubstr("no record that this version"));
}

TEST(Journal, SurvivesGarbage)
{
    for (const std::string& bytes :
         {std::string(), std::string("\n"), std::string("UJ1"), std::string("UJ"),
          std::string(100'000, '\n'), std::string(1000, '\0'), std::string("UJ1 1 \n\n")}) {
        const Rows rows{{1, bytes}};
        expect_believed_up_to(0, rows);
    }
    expect_believed_up_to(0, {{0, ""}});
    expect_believed_up_to(0, {{~std::uint64_t{0}, ""}});
}

}  // namespace
}  // namespace understudy::core
