#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/patch.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

unsigned refusal(const std::function<void()>& attempt)
{
    try {
        attempt();
    } catch (const ApiError& error) {
        return error.code;
    }
    return 0;
}

struct JsonPatchCase {
    const char* name;
    const char* document;
    const char* patch;
    const char* expected;  ///< Empty: refused.
    unsigned code = 0;
};

class JsonPatch : public testing::TestWithParam<JsonPatchCase> {};

TEST_P(JsonPatch, IsAppliedOrRefused)
{
    const auto& row = GetParam();
    const auto attempt = [&] {
        return json_patch(json::parse(row.document), json::parse(row.patch));
    };
    if (row.code != 0)
        EXPECT_EQ(refusal(attempt), row.code);
    else
        EXPECT_EQ(attempt(), json::parse(row.expected));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rfc6902, JsonPatch, testing::Values(
    JsonPatchCase{"AddMember", R"({"a":1})", R"([{"op":"add","path":"/b","value":2}])", R"({"a":1,"b":2})"},
    JsonPatchCase{"AddReplaces", R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
    JsonPatchCase{"AddToList", R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
    JsonPatchCase{"AppendToList", R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])", R"({"a":[1,2]})"},
    JsonPatchCase{"AddWithoutParent", R"({})", R"([{"op":"add","path":"/a/b","value":1}])", "", 422},
    JsonPatchCase{"RemoveMember", R"({"a":1,"b":2})", R"([{"op":"remove","path":"/b"}])", R"({"a":1})"},
    JsonPatchCase{"RemoveElement", R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/0"}])", R"({"a":[2]})"},
    JsonPatchCase{"RemoveMissing", R"({})", R"([{"op":"remove","path":"/b"}])", "", 422},
    JsonPatchCase{"ReplaceMissing", R"({})", R"([{"op":"replace","path":"/b","value":1}])", "", 422},
    JsonPatchCase{"Move", R"({"a":{"x":1},"b":{}})", R"([{"op":"move","from":"/a/x","path":"/b/y"}])", R"({"a":{},"b":{"y":1}})"},
    JsonPatchCase{"Copy", R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":1,"b":1})"},
    JsonPatchCase{"TestHolds", R"({"a":1})", R"([{"op":"test","path":"/a","value":1},{"op":"remove","path":"/a"}])", R"({})"},
    JsonPatchCase{"TestFails", R"({"a":1})", R"([{"op":"test","path":"/a","value":2},{"op":"remove","path":"/a"}])", "", 422},
    JsonPatchCase{"TestOfMissing", R"({})", R"([{"op":"test","path":"/a","value":1}])", "", 422},
    JsonPatchCase{"EscapedSlash", R"({"a/b":1})", R"([{"op":"replace","path":"/a~1b","value":2}])", R"({"a/b":2})"},
    JsonPatchCase{"LeadingZero", R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/01"}])", "", 422},
    JsonPatchCase{"UnknownOperation", R"({})", R"([{"op":"frob","path":"/a"}])", "", 400},
    JsonPatchCase{"NotAList", R"({})", R"({"op":"add"})", "", 400},
    JsonPatchCase{"PointerWithoutSlash", R"({})", R"([{"op":"remove","path":"a"}])", "", 400}),
    [](const auto& each) { return std::string(each.param.name); });
// clang-format on

TEST(MergePatch, ReplacesListsAndRemovesNulls)
{
    const auto document = json::parse(R"({"a":{"b":1,"c":2},"l":[1,2]})");
    const auto patch = json::parse(R"({"a":{"b":null,"d":3},"l":[9]})");
    EXPECT_EQ(merge_patch(document, patch), json::parse(R"({"a":{"c":2,"d":3},"l":[9]})"));
}

TEST(StrategicPatch, MergesListsWithKeysElementByElement)
{
    const auto document =
        json::parse(R"({"containers":[{"name":"x","image":"1"},{"name":"y","image":"1"}]})");
    const auto patch = json::parse(R"({"containers":[{"name":"y","image":"2"},{"name":"z"}]})");
    EXPECT_EQ(
        strategic_patch(document, patch),
        json::parse(R"({"containers":[{"name":"x","image":"1"},{"name":"y","image":"2"},
                                      {"name":"z"}]})"));
}

TEST(StrategicPatch, ObeysItsDirectives)
{
    const auto document = json::parse(R"({"env":[{"name":"A"},{"name":"B"}],"m":{"a":1,"b":2}})");
    const auto patch =
        json::parse(R"({"env":[{"name":"A","$patch":"delete"}],"m":{"$patch":"replace","c":3}})");
    EXPECT_EQ(
        strategic_patch(document, patch), json::parse(R"({"env":[{"name":"B"}],"m":{"c":3}})"));
}

TEST(StrategicPatch, RefusesElementsWithoutTheirKey)
{
    const auto patch = json::parse(R"({"containers":[{"image":"2"}]})");
    EXPECT_EQ(refusal([&] { strategic_patch(json::parse("{}"), patch); }), 422U);
}

}  // namespace
