#include "net/prometheus_text.hpp"

#include <gtest/gtest.h>

namespace understudy::net {
namespace {

constexpr auto page = R"(# HELP m A metric
# TYPE m gauge
m_other 99
m{edge="a",peer="central-1"} 1.7e12
m{edge="b",peer="with \"quotes\", a } and \\"} 1.8e12 1700000000
m 5
other{m="1"} 99
)";

TEST(PrometheusText, FindsTheLargestSampleAndItsLabel)
{
    const auto sample = largest_sample(page, "m", "peer");
    ASSERT_TRUE(sample);
    EXPECT_EQ(sample->value, 1.8e12);
    EXPECT_EQ(sample->label, R"(with "quotes", a } and \)");
}

TEST(PrometheusText, TheLabelMayBeAbsent)
{
    EXPECT_EQ(largest_sample(page, "m", "")->label, "");
    EXPECT_EQ(largest_sample(page, "m", "nothing")->label, "");
}

TEST(PrometheusText, TakesBlanksBetweenLabels)
{
    EXPECT_EQ(largest_sample("m { a=\"1\", b=\"2\", }\t7", "m", "b")->label, "2");
}

TEST(PrometheusText, SkipsWhatIsBroken)
{
    for (const auto* broken : {"",           "\n\n\n",  "m",      "m ",       "m{",
                               "m{a",        "m{a=",    "m{a=\"", "m{a=\"\\", "m{a=\"1\"",
                               "m{a=\"1\"}", "m{,,,}",  "m x",    "m NaN",    "m +Inf",
                               "m -Inf",     "m 1e999", "mm 1",   "# m 1",    "m{a=\"1\"x} "})
        EXPECT_FALSE(largest_sample(broken, "m", "a")) << broken;
    EXPECT_FALSE(largest_sample(page, "", "")) << "an empty name matches nothing";
}

TEST(PrometheusText, ABrokenLineDoesNotHideAGoodOne)
{
    const auto sample = largest_sample("m{a=\"\nm NaN\nm 3\nm{a=\"1\"} 4", "m", "a");
    ASSERT_TRUE(sample);
    EXPECT_EQ(sample->value, 4);
    EXPECT_EQ(sample->label, "1");
}

}  // namespace
}  // namespace understudy::net
