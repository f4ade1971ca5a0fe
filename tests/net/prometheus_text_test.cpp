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

constexpr auto streams = R"(connects{peer="a",status="ok"} 2
connects{peer="a",status="refused"} 3
connects{peer="b",status="refused"} 4
connects{peer="b",status="refused"} NaN
connects_total{status="refused"} 100
)";

double sum_of_named(std::string_view text) { return sum_of(streams, series_in(text).value()); }

TEST(PrometheusSeries, SumsTheSamplesThatHaveItsLabels)
{
    EXPECT_EQ(sum_of_named("connects"), 9);
    EXPECT_EQ(sum_of_named("connects{status=\"refused\"}"), 7);
    EXPECT_EQ(sum_of_named("connects{peer=\"b\",status=\"refused\"}"), 4);
    EXPECT_EQ(sum_of_named("connects{peer=\"c\"}"), 0);
    EXPECT_EQ(sum_of_named("connects{other=\"b\"}"), 0);
    EXPECT_EQ(sum_of_named("nothing"), 0);
}

TEST(PrometheusSeries, IsWrittenAsPrometheusDoes)
{
    for (const auto* right : {"m", "a:b_c9", "m{}", "m{a=\"1\"}", "m{a=\"1\", b=\"x y\"}"})
        EXPECT_TRUE(series_in(right)) << right;
    for (const auto* wrong :
         {"", "9m", "m-n", "m n", "{a=\"1\"}", "m{", "m{a}", "m{a=1}", "m{a=\"1\"", "m{a=\"1\"}}",
          "m{a=\"1\"} 3", "m > 0", "m{9=\"1\"}"})
        EXPECT_FALSE(series_in(wrong)) << wrong;
}

}  // namespace
}  // namespace understudy::net
