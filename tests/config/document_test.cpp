#include "config/document.hpp"
#include "config/key_depth.hpp"

#include <gtest/gtest.h>

#include <string>

namespace understudy::config {
namespace {

std::string repeat(std::string_view text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

/// The first problem of a text that must not be read, as `line:column: message`.
std::string refusal_of(const std::string& text)
{
    Report report("f");
    EXPECT_FALSE(parse(text, report));
    const auto problems = report.problems();
    EXPECT_EQ(problems.size(), 1U);
    if (problems.empty())
        return {};
    const auto& first = problems.front();
    return std::to_string(first.line) + ":" + std::to_string(first.column) + ": " + first.message;
}

TEST(Document, KeepsWhereKeysAndValuesStand)
{
    Report report("f");
    const auto table = parse("a = 1\n[b]\n  c.d = [\n    'x' ]\n", report);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("a")->value.at, (Position{1, 5}));
    const auto* c = table->find("b")->value.table()->find("c");
    EXPECT_EQ(c->at, (Position{3, 3}));
    const auto* d = c->value.table()->find("d");
    EXPECT_EQ(d->value.array()->front().at, (Position{4, 5}));
    EXPECT_EQ(type_of(d->value), "an array");
}

TEST(Document, PlacesSyntaxErrors)
{
    EXPECT_EQ(refusal_of("a = 1\nb = = 2\n").substr(0, 20), "2:5: not valid TOML:");
    EXPECT_EQ(refusal_of("a = 1\na = 2\n").substr(0, 5), "2:5: ");
    EXPECT_EQ(refusal_of("a = \"open\n").substr(0, 2), "1:");
    EXPECT_EQ(refusal_of("a = 1\nb = \"\xff\"\n").substr(0, 2), "2:");
}

TEST(Document, RefusesWhatNestsTooDeep)
{
    EXPECT_EQ(
        refusal_of("x = 1\n" + std::string("a") + repeat(".a", 200'000) + " = 1\n"),
        "2:34: more than 16 dots in the keys of one line: keys are nested too deep");
    refusal_of("[" + std::string("a") + repeat(".a", 200'000) + "]\n");
    refusal_of("a" + repeat(".\"a\"", 200'000) + " = 1\n");
    refusal_of("a = \"" + std::string("x\\\"") + "\"\nb" + repeat(".b", 200'000) + " = 1\n");
    refusal_of("a = '''\n'''''\nb" + repeat(".b", 200'000) + " = 1\n");
    refusal_of("a = " + std::string(500'000, '['));
    refusal_of("a = " + repeat("{a=", 200'000));
    // Both kinds together, as deep as each is allowed to go.
    const auto inner = repeat("[\n{a" + repeat(".a", 16) + " = ", 20'000);
    refusal_of("a = " + inner);
}

TEST(Document, RefusesWhatIsDeepThoughTheLibraryReadsIt)
{
    const auto levels = [](int count) {
        return "a = " + repeat("[", count) + "1" + repeat("]", count) + "\n";
    };
    Report report("f");
    EXPECT_TRUE(parse(levels(15), report));
    EXPECT_EQ(refusal_of(levels(16)), "1:20: values are nested too deep");
    refusal_of(
        "a = " + repeat("[\n{a" + repeat(".a", 16) + " = ", 120) + "1" + repeat("}\n]", 120) +
        "\n");
}

TEST(Document, RefusesALargeFile)
{
    EXPECT_EQ(
        refusal_of(std::string(file_bytes_max + 1, '#')),
        "1:1: the file is larger than 1MiB: is it the right file?");
    Report report("f");
    EXPECT_TRUE(parse(std::string(file_bytes_max, '#'), report));
}

TEST(KeyDepth, CountsOnlyDotsOfKeys)
{
    const auto many = repeat(".", 100);
    EXPECT_FALSE(find_deep_key("# " + many + "\n"));
    EXPECT_FALSE(find_deep_key("a = \"" + many + "\"\n"));
    EXPECT_FALSE(find_deep_key("a = '" + many + "' # " + many));
    EXPECT_FALSE(
        find_deep_key("a = \"\"\"\n\"" + many + "\\\"" + many + "\n\"\"\"\"\"\nb = 1.5\n"));
    EXPECT_FALSE(find_deep_key("a = '''" + many + "\n" + many + "'''"));
    EXPECT_FALSE(find_deep_key(repeat("a.b.c.d = 1.5\n", 1000)));
    EXPECT_TRUE(find_deep_key("a = '' " + many));
    EXPECT_TRUE(find_deep_key(
        "a = \"x"
        "\n" +
        many));
}

}  // namespace
}  // namespace understudy::config
