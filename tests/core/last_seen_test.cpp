#include "core/last_seen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moments.hpp"

namespace understudy::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::moment;

Facts healthy(Facts facts)
{
    add_seen_healthy(facts);
    return facts;
}

TEST(LastSeen, KeepsWhatIsComparedAndNothingElse)
{
    const auto facts = healthy(
        {{"clusters/names", std::string("c1")},
         {"content/organization", std::string("acme")},
         {"kubegres/replicas", std::int64_t{2}}});
    EXPECT_EQ(facts.size(), 5U);
    EXPECT_TRUE(facts.contains("healthy/clusters/names"));
    EXPECT_TRUE(facts.contains("healthy/content/organization"));
}

TEST(LastSeen, IsAsOldAsItsOldestPart)
{
    Knowledge knowledge;
    knowledge.learn("east", healthy({{"content/clusters", std::string("3")}}), moment(0s));
    knowledge.learn("east", healthy({{"clusters/names", std::string("c1 c2")}}), moment(60s));
    const auto seen = last_seen_of(knowledge, "east");
    EXPECT_EQ(seen.at, moment(0s).wall);
    EXPECT_EQ(seen.clusters, "3");
    ASSERT_TRUE(seen.cluster_names);
    EXPECT_THAT(*seen.cluster_names, ElementsAre("c1", "c2"));
    EXPECT_THAT(in_words(seen), HasSubstr("listed 2 clusters"));
    EXPECT_THAT(in_words(seen), HasSubstr("organization never told"));
}

TEST(LastSeen, AnEmptyListIsNotAnUnknownOne)
{
    Knowledge knowledge;
    EXPECT_EQ(last_seen_of(knowledge, "east"), LastSeen{});
    EXPECT_THAT(in_words(LastSeen{}), HasSubstr("never seen"));
    knowledge.learn("east", healthy({{"clusters/names", std::string()}}), moment(0s));
    ASSERT_TRUE(last_seen_of(knowledge, "east").cluster_names);
    EXPECT_TRUE(last_seen_of(knowledge, "east").cluster_names->empty());
}

}  // namespace
}  // namespace understudy::core
