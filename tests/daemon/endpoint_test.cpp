#include "daemon/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& url)
{
    try {
        endpoint_of("receiver pager", url, {});
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(Endpoint, TakesAUrlApart)
{
    const auto plain = endpoint_of("x", "http://hooks.example:8080/a%20b?token=1", {});
    EXPECT_EQ(plain.target.host, "hooks.example");
    EXPECT_EQ(plain.target.port, 8080);
    EXPECT_EQ(plain.target.tls, nullptr);
    EXPECT_EQ(plain.path, "/a%20b?token=1");
    EXPECT_EQ(endpoint_of("x", "http://[::1]", {}).target.host, "::1");
    EXPECT_EQ(endpoint_of("x", "http://[::1]", {}).target.port, 80);
    EXPECT_EQ(endpoint_of("x", "http://a", {}).path, "/");
    EXPECT_EQ(endpoint_of("x", "http://a?b", {}).path, "/?b");
    const auto secure = endpoint_of("x", "https://a", {});
    EXPECT_EQ(secure.target.port, 443);
    EXPECT_NE(secure.target.tls, nullptr);
}

TEST(Endpoint, RefusesWhatItCannotCallAndNeverShowsTheUrl)
{
    for (const auto* url :
         {"", "secret", "ftp://secret/", "http:///secret", "http://user:secret@host/",
          "http://secret:99999/", "http://secret:0/", "http://sec ret/"}) {
        EXPECT_THAT(refusal(url), HasSubstr("receiver pager: the URL")) << url;
        EXPECT_THAT(refusal(url), Not(HasSubstr("secret"))) << url;
    }
}

}  // namespace
}  // namespace understudy
