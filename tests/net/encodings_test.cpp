#include "net/base64.hpp"
#include "net/timestamps.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace understudy::net {
namespace {

struct TimeCase {
    std::string_view text;
    std::optional<std::int64_t> milliseconds;
};

std::optional<std::int64_t> count_of(const std::optional<core::WallTime>& time)
{
    if (!time)
        return std::nullopt;
    return time->time_since_epoch().count();
}

TEST(Timestamps, ReadWhatKubernetesWritesAndNothingElse)
{
    const std::array cases{
        TimeCase{"2026-11-23T04:00:00Z", 1795406400000},
        TimeCase{"2026-11-23T04:00:00.123456789Z", 1795406400123},
        TimeCase{"2026-11-23T05:00:00+01:00", 1795406400000},
        TimeCase{"2026-11-22T22:30:00-05:30", 1795406400000},
        TimeCase{"2016-12-31T23:59:60Z", 1483228799000},
        TimeCase{"2026-11-23T04:00:00", std::nullopt},
        TimeCase{"2026-02-30T04:00:00Z", std::nullopt},
        TimeCase{"2026-11-23T24:00:00Z", std::nullopt},
        TimeCase{"2026-11-23T04:00:00Zx", std::nullopt},
        TimeCase{"2026-11-2-T04:00:00Z", std::nullopt},
        TimeCase{"2026-11-23", std::nullopt},
        TimeCase{"-026-11-23T04:00:00Z", std::nullopt},
        TimeCase{"9999-12-31T23:59:59Z", 253402300799000},
        TimeCase{"9999-12-31T23:59:59-00:01", std::nullopt},
        TimeCase{"", std::nullopt},
    };
    for (const auto& c : cases)
        EXPECT_EQ(count_of(parse_rfc3339(c.text)), c.milliseconds) << c.text;
}

TEST(Timestamps, ReadTheDateOfAnHttpAnswer)
{
    const std::array cases{
        TimeCase{"Mon, 23 Nov 2026 04:00:00 GMT", 1795406400000},
        TimeCase{"Mon, 23 Nov 2026 04:00:00 CET", std::nullopt},
        TimeCase{"Mon, 23 Foo 2026 04:00:00 GMT", std::nullopt},
        TimeCase{"Mon, 23 Nov 2026", std::nullopt},
        TimeCase{"", std::nullopt},
    };
    for (const auto& c : cases)
        EXPECT_EQ(count_of(parse_http_date(c.text)), c.milliseconds) << c.text;
}

TEST(Base64, DecodesPaddedTextAndRefusesTheRest)
{
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("Zg=="), "f");
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm9v\nYmFy\n"), "foobar");
    EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
    for (const auto* bad : {"Zg", "Zg=", "Z===", "====", "Zm9v!", "Zg==Zg==", "Zm 9v"})
        EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace understudy::net
