#include "net/cluster_list.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClusterList, TakesTheNameOrTheEndOfTheFqn)
{
    const auto list = boost::json::parse(
        R"({"clusters":[{"name":"c1"},{"fqn":"organizations/acme/clusters/c2"}]})");
    EXPECT_THAT(cluster_names_in(list), ElementsAre("c1", "c2"));
    EXPECT_THAT(cluster_names_in(boost::json::parse("{}")), IsEmpty());
}

TEST(ClusterList, IsToldInOrder)
{
    EXPECT_EQ(cluster_names_text(R"({"clusters":[{"name":"c2"},{"name":"c1"}]})"), "c1 c2");
    EXPECT_EQ(cluster_names_text("{}"), "") << "none is known to be there";
}

/// What cannot be understood is unknown, and no empty list.
TEST(ClusterList, IsUnknownWhenItCannotBeUnderstood)
{
    for (const auto* body :
         {"", "<html>", "[]", R"({"clusters":[{}]})", R"({"clusters":[{"name":"a b"}]})",
          R"({"clusters":[{"name":"a,b"}]})", R"({"clusters":[{"name":"a\nb"}]})"})
        EXPECT_FALSE(cluster_names_text(body)) << body;
}

}  // namespace
}  // namespace understudy::net
