#include "daemon/http_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace understudy {
namespace {

using State = HttpParse::State;

HttpParse parse(std::string bytes) { return take_request(bytes, {}); }

TEST(HttpRequest, TakesOneRequestAndLeavesWhatFollows)
{
    std::string pending = "GET /a?b HTTP/1.1\r\nHost: [::1]:9189\r\n\r\nHEAD /c HTTP/1.1\r\n";
    const auto first = take_request(pending, {});
    EXPECT_EQ(first.state, State::complete);
    EXPECT_EQ(first.request.path, "/a");
    EXPECT_FALSE(first.request.head);
    EXPECT_TRUE(first.request.keep_alive);
    EXPECT_EQ(pending, "HEAD /c HTTP/1.1\r\n");
    EXPECT_EQ(take_request(pending, {}).state, State::more);
    pending += "host: x\r\nConnection: close\r\n\r\n";
    const auto second = take_request(pending, {});
    EXPECT_TRUE(second.request.head);
    EXPECT_FALSE(second.request.keep_alive);
    EXPECT_TRUE(pending.empty());
}

TEST(HttpRequest, AnyPrefixOfARequestNeedsMore)
{
    const std::string whole = "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(parse(whole.substr(0, size)).state, State::more) << size;
}

struct Refused {
    const char* name;
    std::string bytes;
    unsigned status;
};

class HttpRequestRefused : public ::testing::TestWithParam<Refused> {};

TEST_P(HttpRequestRefused, WithItsStatus)
{
    const auto result = parse(GetParam().bytes);
    EXPECT_EQ(result.state, State::refused);
    EXPECT_EQ(result.status, GetParam().status) << result.why;
    EXPECT_FALSE(result.why.empty());
}

std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
std::string get_with(const std::string& fields) { return get("Host: h\r\n" + fields); }

std::string many_fields()
{
    std::string fields;
    for (int i = 0; i < 64; ++i)
        fields += "X: y\r\n";
    return get_with(fields);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Vectors, HttpRequestRefused, ::testing::Values(
    Refused{"Chunked",             get_with("Transfer-Encoding: chunked\r\n"), 501},
    Refused{"UnknownEncoding",     get_with("Transfer-Encoding: xchunked\r\n"), 501},
    Refused{"ChunkedIdentity",     get_with("Transfer-Encoding: chunked, identity\r\n"), 501},
    Refused{"IdentityChunked",     get_with("Transfer-Encoding: identity, chunked\r\n"), 501},
    Refused{"EncodingAndLength",   get_with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), 400},
    Refused{"Body",                get_with("Content-Length: 4\r\n"), 413},
    Refused{"LengthList",          get_with("Content-Length: 0, 0\r\n"), 413},
    Refused{"LengthTwice",         get_with("Content-Length: 0\r\nContent-Length: 0\r\n"), 400},
    Refused{"SignedLength",        get_with("Content-Length: +0\r\n"), 400},
    Refused{"TwoHosts",            get("Host: a\r\nHost: a\r\n"), 400},
    Refused{"NoHost",              get("X: y\r\n"), 400},
    Refused{"EmptyHost",           get("Host: \r\n"), 400},
    Refused{"HostWithPath",        get("Host: h/x\r\n"), 400},
    Refused{"HostList",            get("Host: a, b\r\n"), 400},
    Refused{"Http10",              "GET / HTTP/1.0\r\nHost: h\r\n\r\n", 505},
    Refused{"Http10WithEncoding",  "GET / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 505},
    Refused{"FoldedField",         get_with("X: a\r\n b\r\n"), 400},
    Refused{"FoldedFirstField",    "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
    Refused{"SpaceBeforeColon",    get_with("X : a\r\n"), 400},
    Refused{"NoColon",             get_with("X\r\n"), 400},
    Refused{"Nul",                 get_with(std::string("X: a\0b\r\n", 8)), 400},
    Refused{"NulInTarget",         std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 29), 400},
    Refused{"BareLf",              "GET / HTTP/1.1\nHost: h\n\n", 400},
    Refused{"BareCr",              get_with("X: a\rGET /x HTTP/1.1\r\n"), 400},
    Refused{"TooManyFields",       many_fields(), 431},
    Refused{"TooLarge",            get_with("X: " + std::string(8192, 'x') + "\r\n"), 431},
    Refused{"TooLargeUnfinished",  "GET /" + std::string(8192, 'x'), 431},
    Refused{"Post",                "POST / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
    Refused{"Connect",             "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 405},
    Refused{"LowerCaseMethod",     "get / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
    Refused{"AbsoluteTarget",      "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    Refused{"StarTarget",          "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    Refused{"Expect",              get_with("Expect: 100-continue\r\n"), 417},
    Refused{"Upgrade",             get_with("Upgrade: h2c\r\nConnection: Upgrade\r\n"), 400},
    Refused{"ClientHello",         std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
    Refused{"Http2Preface",        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400}),
    [](const auto& tested) { return tested.param.name; });
// clang-format on

TEST(HttpRequest, NothingOfTheClientIsRepeatedToIt)
{
    const auto result = parse(get_with("<script> : 1\r\n"));
    EXPECT_EQ(result.state, State::refused);
    EXPECT_THAT(result.why, ::testing::Not(::testing::HasSubstr("script")));
}

/// Whatever comes, it ends in one of the three states, within the limits.
TEST(HttpRequest, ManglingAValidRequestNeverDoesHarm)
{
    const std::string valid = "GET /metrics HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
    constexpr std::string_view spice(
        "\0\r\n\t :,/\x7f\xff"
        "0Z",
        13);
    std::minstd_rand dice(7);  // NOLINT(cert-msc51-cpp): the same requests in every run
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = valid;
        for (int change = 0; change < 3; ++change)
            bytes[dice() % bytes.size()] = spice[dice() % spice.size()];
        const auto result = parse(bytes);
        if (result.state == State::complete) {
            EXPECT_THAT(result.request.path, ::testing::StartsWith("/")) << bytes;
        }
        if (result.state == State::refused) {
            EXPECT_GE(result.status, 400U) << bytes;
        }
    }
}

}  // namespace
}  // namespace understudy
