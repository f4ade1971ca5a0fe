#include "config/durations.hpp"
#include "config/sizes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace understudy::config {
namespace {

using core::Duration;
using namespace std::chrono_literals;

struct Spelling {
    const char* text;
    Duration duration;
};

TEST(Durations, ReadANumberWithAUnit)
{
    const std::vector<Spelling> spellings{{"500ms", 500ms},     {"5s", 5s},
                                          {"1.5s", 1500ms},     {"0.25ms", 250us},
                                          {"10m", 10min},       {"24h", 24h},
                                          {"1h30m", 90min},     {"7d", 168h},
                                          {"0s", 0s},           {"1d1h1m1s1ms", 25h + 61s + 1ms},
                                          {"90s", 90s},         {"0.1s", 100ms},
                                          {"3650d", 3650 * 24h}};
    for (const auto& [text, duration] : spellings)
        EXPECT_EQ(parse_duration(text), duration) << text;
}

TEST(Durations, RefuseWhatIsNotOne)
{
    for (const auto* text :
         {"",
          "5",
          "s",
          "5 s",
          " 5s",
          "5s ",
          "-5s",
          "+5s",
          "5sec",
          "5S",
          "1.s",
          ".5s",
          "1.2345s",
          "5s5s",
          "5s1h",
          "1e3s",
          "0x5s",
          "1,5s",
          "99999999999999999999s",
          "3651d",
          "3650d1ms",
          "5us",
          "1.5",
          "1..5s",
          "5m.",
          "∞"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Durations, AreWrittenShort)
{
    const std::vector<Spelling> spellings{{"0s", 0s},        {"250ms", 250ms},      {"1s", 1s},
                                          {"1.5s", 1500ms},  {"59.999s", 59999ms},  {"1m", 60s},
                                          {"1m30s", 90s},    {"10m", 10min},        {"24h", 24h},
                                          {"25h", 25h},      {"7d", 168h},          {"169h", 169h},
                                          {"0.25ms", 250us}, {"12.345ms", 12345us}, {"-5s", -5s},
                                          {"1h", 1h},        {"1h5s", 1h + 5s}};
    for (const auto& [text, duration] : spellings)
        EXPECT_EQ(format_duration(duration), text);
}

TEST(Durations, RoundWithoutAGapBetweenUnits)
{
    EXPECT_EQ(format_duration(999'999'499ns), "999.999ms");
    EXPECT_EQ(format_duration(999'999'500ns), "1s");
    EXPECT_EQ(format_duration(59'999'499us), "59.999s");
    EXPECT_EQ(format_duration(59'999'500us), "1m");
    EXPECT_FALSE(format_duration(Duration::min()).empty());
    EXPECT_FALSE(format_duration(Duration::max()).empty());
}

TEST(Durations, ReadBackWhatTheyWrite)
{
    for (Duration duration = 1ms; duration < 3000 * 24h; duration = duration * 7 / 3) {
        const auto once = parse_duration(format_duration(duration));
        ASSERT_TRUE(once) << duration.count();
        EXPECT_EQ(format_duration(*once), format_duration(duration));
    }
}

TEST(Sizes, ReadAWholeNumberWithAUnit)
{
    EXPECT_EQ(parse_size("0B"), 0);
    EXPECT_EQ(parse_size("512B"), 512);
    EXPECT_EQ(parse_size("64KiB"), 65536);
    EXPECT_EQ(parse_size("16MiB"), 16 << 20);
    EXPECT_EQ(parse_size("2GiB"), std::int64_t{2} << 30);
    for (const auto* text :
         {"", "64", "64kb", "64KB", "1.5MiB", "-1B", "KiB", "64 KiB", "2000GiB",
          "99999999999999999999B", "9223372036854775807GiB"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(Sizes, AreWrittenInTheLargestUnitThatHoldsThem)
{
    EXPECT_EQ(format_size(0), "0B");
    EXPECT_EQ(format_size(1000), "1000B");
    EXPECT_EQ(format_size(65536), "64KiB");
    EXPECT_EQ(format_size(std::int64_t{3} << 30), "3GiB");
}

}  // namespace
}  // namespace understudy::config
