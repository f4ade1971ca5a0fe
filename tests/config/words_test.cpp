#include "config/addresses.hpp"
#include "config/json_text.hpp"
#include "config/names.hpp"
#include "config/problem.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace understudy::config {
namespace {

TEST(Names, AreLowerCaseDigitsAndHyphens)
{
    EXPECT_TRUE(is_name("east-1"));
    EXPECT_TRUE(is_name(std::string(63, 'a')));
    for (const auto& text :
         {std::string(), std::string(64, 'a'), std::string("East"), std::string("a/b"),
          std::string("a_b"), std::string("a b"), std::string("ö")})
        EXPECT_FALSE(is_name(text)) << text;
}

TEST(Names, ComeFromTheHostsFirstLabel)
{
    EXPECT_EQ(name_from_host("Bastion_1.example.com"), "bastion-1");
    EXPECT_EQ(name_from_host(""), "understudy");
    EXPECT_TRUE(is_name(name_from_host(std::string(200, 'X'))));
}

TEST(Names, TheNearestIsSuggestedOnlyWhenItIsNear)
{
    constexpr std::array<std::string_view, 4> keys{"interval", "timeout", "fall", "ca_file"};
    EXPECT_EQ(nearest("intervall", keys), "interval");
    EXPECT_EQ(nearest("itnerval", keys), "interval");
    EXPECT_EQ(nearest("time_out", keys), "timeout");
    EXPECT_EQ(nearest("cafile", keys), "ca_file");
    EXPECT_EQ(nearest("colour", keys), "");
    EXPECT_EQ(nearest("", keys), "");
    EXPECT_EQ(nearest(std::string(100'000, 'x'), keys), "");
}

TEST(Endpoints, AreHostAndPort)
{
    EXPECT_EQ(parse_endpoint("a.test:53"), (Endpoint{"a.test", 53}));
    EXPECT_EQ(parse_endpoint("192.0.2.1:65535"), (Endpoint{"192.0.2.1", 65535}));
    EXPECT_EQ(parse_endpoint("[2001:db8::1]:53"), (Endpoint{"2001:db8::1", 53}));
    for (const auto* text :
         {"", ":", "a.test", "a.test:", ":53", "a.test:0", "a.test:65536", "a.test:-1", "a.test:5x",
          "2001:db8::1:53", "[a.test]:53", "[2001:db8::1]", "a b:1", "https://a.test:1", "-a:1",
          "a..b:1"})
        EXPECT_EQ(parse_endpoint(text), std::nullopt) << text;
}

TEST(Urls, AreHttpOrHttpsWithoutSecretsInThem)
{
    const auto url = parse_url("https://a.test/x/y?z=1");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->host, "a.test");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->path, "/x/y?z=1");
    EXPECT_EQ(parse_url("http://a.test")->port, 80);
    EXPECT_EQ(parse_url("http://a.test")->path, "/");
    EXPECT_EQ(parse_url("http://[::1]:81/")->host, "::1");
    for (const auto* text :
         {"", "a.test", "ftp://a.test", "https://", "https://u:p@a.test/", "https://a.test:0/",
          "https://a.test:70000/", "https://a.test/#part", "https://a b/", "https:///x"})
        EXPECT_FALSE(parse_url(text)) << text;
}

TEST(JsonText, KnowsPointersAndValues)
{
    EXPECT_TRUE(is_json("\"success\""));
    EXPECT_TRUE(is_json("1"));
    EXPECT_FALSE(is_json("success"));
    EXPECT_FALSE(is_json(std::string(100'000, '[')));
    EXPECT_TRUE(is_json_pointer("/a/0/~0~1"));
    for (const auto* text : {"", "a", "/a~", "/a~2"})
        EXPECT_FALSE(is_json_pointer(text)) << text;
}

TEST(Problems, ArePlacedAsCompilersDo)
{
    EXPECT_EQ(format({"a.toml", 3, 7, "is wrong"}), "a.toml:3:7: is wrong");
}

TEST(Problems, ShowTextBoundedAndWithoutControlCharacters)
{
    EXPECT_EQ(shown("a\x1b[31m\n"), "\"a?[31m?\"");
    EXPECT_EQ(shown(std::string(200, 'x')).size(), 80 + 5);
    const auto cut = shown(std::string(79, 'x') + "ö and more");
    EXPECT_EQ(cut, "\"" + std::string(79, 'x') + "...\"");
}

TEST(Problems, BeyondAThousandAreCounted)
{
    Report report("f");
    for (int i = 0; i < 1500; ++i)
        report.add({i + 1, 1}, "x");
    const auto problems = report.problems();
    ASSERT_EQ(problems.size(), 1001U);
    EXPECT_EQ(problems.back().message, "and 500 more problems");
}

}  // namespace
}  // namespace understudy::config
