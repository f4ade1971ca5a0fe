#include "core/knowledge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <utility>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const std::int64_t one = 1;
const std::int64_t two = 2;

TEST(Knowledge, EncodesAndDecodesEveryKindOfFact)
{
    const std::int64_t low = std::numeric_limits<std::int64_t>::min();
    for (const FactValue& value : std::vector<FactValue>{
             true, false, std::int64_t{0}, std::int64_t{-1}, low, std::string(),
             std::string("plain"), std::string("with | bars | and\nlines"),
             std::string("\0\xff", 2)}) {
        const SeenFact fact{value, wall_beginning, beginning};
        const auto back = decode_fact(encode(fact));
        ASSERT_TRUE(back) << encode(fact);
        EXPECT_EQ(back->value, value);
        EXPECT_EQ(back->wall, wall_beginning);
        EXPECT_FALSE(back->at) << "seen by an earlier process";
    }
    EXPECT_EQ(encode({std::int64_t{42}, wall_beginning, {}}), "i|1790000000000|42");
}

class HostileValue : public ::testing::TestWithParam<const char*> {};
TEST_P(HostileValue, IsRefused) { EXPECT_FALSE(decode_fact(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(
    Knowledge,
    HostileValue,
    ::testing::Values(
        "",
        "i",
        "i|",
        "i||",
        "i||1",
        "i|1",
        "i|1|",
        "i|123",
        "i|1|x",
        "i|1|1x",
        "i|1| 1",
        "i|x|1",
        "i|1.5|1",
        "i|1|9223372036854775808",
        "i|-1|1",
        "i|9223372036854775807|1",
        "i|99999999999999999999|1",
        "b|1|2",
        "b|1|",
        "b|1|true",
        "x|1|1",
        "I|1|1",
        "bi|1|1",
        "|1|1|1",
        "s|1"));

TEST(Knowledge, RecallsOnlyWhatIsItsOwn)
{
    Knowledge knowledge;
    EXPECT_TRUE(knowledge.recall("fact/east/kubegres/standby", "b|1790000000000|1"));
    EXPECT_FALSE(knowledge.recall("role/active", "east"));
    EXPECT_FALSE(knowledge.recall("fact/east", "b|1790000000000|1"));
    EXPECT_FALSE(knowledge.recall("fact/east/kubegres/standby", "damaged"));
    EXPECT_EQ(knowledge.value<bool>("east", "kubegres/standby"), true);
    EXPECT_FALSE(knowledge.find("east", "kubegres/standby")->at);
}

TEST(Facts, AreFoundByNameAndType)
{
    const Facts facts{{"x", std::int64_t{1}}};
    EXPECT_EQ(find_fact<std::int64_t>(facts, "x"), 1);
    EXPECT_EQ(find_fact<bool>(facts, "x"), std::nullopt);
    EXPECT_EQ(find_fact<bool>(facts, "y"), std::nullopt);
}

TEST(Knowledge, ReadsOnlyTheRightType)
{
    Knowledge knowledge;
    knowledge.learn("east", {{"x", std::int64_t{1}}}, moment(0s));
    EXPECT_EQ(knowledge.value<std::int64_t>("east", "x"), 1);
    EXPECT_EQ(knowledge.value<bool>("east", "x"), std::nullopt);
    EXPECT_EQ(knowledge.value<std::int64_t>("east", "y"), std::nullopt);
    EXPECT_EQ(knowledge.value<std::int64_t>("west", "x"), std::nullopt);
    EXPECT_THAT(knowledge.of("west"), IsEmpty());
    EXPECT_THAT(knowledge.of("east"), SizeIs(1));
}

TEST(Knowledge, HasAnotherRevisionWhenAnythingIsNewButWhatMovesAllTheTime)
{
    Knowledge knowledge;
    auto last = knowledge.revision();
    const auto is_new = [&](const Facts& facts) {
        knowledge.learn("east", facts, moment(0s));
        return std::exchange(last, knowledge.revision()) != knowledge.revision();
    };
    EXPECT_TRUE(is_new({{"x", one}, {"postgres/pg1/position", one}})) << "never seen before";
    EXPECT_FALSE(is_new({{"x", one}, {"postgres/pg1/position", two}}));
    EXPECT_TRUE(is_new({{"x", two}}));

    knowledge.age("east");
    EXPECT_NE(knowledge.revision(), last) << "it is as from an earlier process";
    last = knowledge.revision();
    EXPECT_TRUE(is_new({{"x", two}})) << "it is seen again";
    ASSERT_TRUE(knowledge.recall("fact/west/x", "i|1790000000000|1"));
    EXPECT_NE(knowledge.revision(), last);
}

/// What is handed to the store for a fact that is seen every second with the given values.
std::vector<int> seconds_of_saving(const std::string& fact, const std::vector<std::int64_t>& values)
{
    Knowledge knowledge(10s);
    std::vector<int> result;
    for (int second = 0; second < std::ssize(values); ++second) {
        knowledge.learn(
            "east", {{fact, values[static_cast<std::size_t>(second)]}}, moment(second * 1s));
        if (!knowledge.take_unsaved().empty())
            result.push_back(second);
    }
    return result;
}

TEST(Knowledge, SlowFactsAreSavedWhenTheyChange)
{
    EXPECT_THAT(
        seconds_of_saving("deployment/tsb/replicas", {1, 1, 1, 0, 0, 1}), ElementsAre(0, 3, 5));
}

TEST(Knowledge, PositionsAreSavedNowAndThenEvenWhenTheyRest)
{
    std::vector<std::int64_t> moving(25);
    std::iota(moving.begin(), moving.end(), 100);
    EXPECT_THAT(seconds_of_saving("postgres/pg1/position", moving), ElementsAre(0, 10, 20));
    const std::vector<std::int64_t> resting(25, 100);
    EXPECT_THAT(seconds_of_saving("postgres/pg1/position", resting), ElementsAre(0, 10, 20));
}

TEST(Knowledge, ExchangesAreNotSaved)
{
    EXPECT_THAT(seconds_of_saving("exchange/age_ms", {1, 2, 3}), IsEmpty());
}

TEST(Knowledge, WhatIsSavedCanBeRecalled)
{
    Knowledge before;
    before.learn("east", {{"managementplane/version", std::string("v1.12.8")}}, moment(0s));
    const auto entries = before.take_unsaved();
    EXPECT_THAT(
        entries, ElementsAre(Pair("fact/east/managementplane/version", "s|1790000000000|v1.12.8")));
    Knowledge after;
    EXPECT_TRUE(after.recall(entries.front().first, entries.front().second));
    EXPECT_EQ(after.value<std::string>("east", "managementplane/version"), "v1.12.8");
}

TEST(Knowledge, AgedFactsStayKnownUntilSeenAgain)
{
    Knowledge knowledge;
    knowledge.learn("west", {{"x", true}}, moment(0s));
    knowledge.learn("east", {{"x", true}}, moment(0s));
    knowledge.age("west");
    knowledge.age("nobody");
    EXPECT_FALSE(knowledge.find("west", "x")->at);
    EXPECT_TRUE(knowledge.find("east", "x")->at);
    EXPECT_EQ(knowledge.value<bool>("west", "x"), true);
    knowledge.learn("west", {{"x", true}}, moment(1s));
    EXPECT_EQ(knowledge.find("west", "x")->at, moment(1s).instant);
}

TEST(WallTime, UnixSecondsOfOthersNeverOverflow)
{
    EXPECT_EQ(wall_from_unix_seconds(1'790'000'000), wall_beginning);
    EXPECT_EQ(wall_from_unix_seconds(std::numeric_limits<std::int64_t>::max()), wall_max);
    EXPECT_EQ(wall_from_unix_seconds(std::numeric_limits<std::int64_t>::min()), WallTime{});
    const Duration whole_range = wall_max - WallTime{};
    EXPECT_GT(whole_range, Duration::zero());
}

}  // namespace
}  // namespace understudy::core
