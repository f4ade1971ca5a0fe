#include "net/jwt.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace understudy::net {
namespace {

struct TokenCase {
    std::string token;
    std::optional<std::int64_t> seconds;
};

TEST(Jwt, TellsWhenItExpires)
{
    const std::array cases{
        TokenCase{"e30.eyJleHAiOjE3OTU0MDY0MDB9.c2ln", 1795406400},           // {"exp":1795406400}
        TokenCase{"e30.eyJleHAiOjE3OTU0MDY0MDAuNX0.c2ln", 1795406400},        // with a fraction
        TokenCase{"e30.eyJzdWIiOiLDv8O-In0.c2ln", std::nullopt},              // no exp
        TokenCase{"e30.eyJleHAiOiJub3cifQ.c2ln", std::nullopt},               // "now"
        TokenCase{"e30.eyJleHAiOi0xfQ.c2ln", std::nullopt},                   // -1
        TokenCase{"e30.eyJleHAiOjFlMzAwfQ.c2ln", std::nullopt},               // 1e300
        TokenCase{"e30.WzFd.c2ln", std::nullopt},                             // [1]
        TokenCase{"e30." + std::string(60000, 'W') + ".c2ln", std::nullopt},  // no JSON
        TokenCase{"e30.eyJleHAiOjE3OTU0MDY0MDB9", std::nullopt},
        TokenCase{"e30.eyJleHAiOjE3OTU0MDY0MDB9.c2ln.c2ln", std::nullopt},
        TokenCase{"e30..c2ln", std::nullopt},
        TokenCase{"opaque", std::nullopt},
        TokenCase{"", std::nullopt},
    };
    for (const auto& c : cases) {
        const auto expiry = expiry_of_token(c.token);
        ASSERT_EQ(expiry.has_value(), c.seconds.has_value()) << c.token.substr(0, 60);
        if (expiry) {
            EXPECT_EQ(*expiry, core::wall_from_unix_seconds(*c.seconds)) << c.token;
        }
    }
}

}  // namespace
}  // namespace understudy::net
