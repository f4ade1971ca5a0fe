// The texts that effects are made of.
#include "actions/guarded_patch.hpp"
#include "actions/label_selector.hpp"
#include "actions/merge_patch.hpp"
#include "actions/words.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::actions {
namespace {

using boost::json::parse;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(GuardedPatch, TestsTheVersionBeforeAnythingElse)
{
    GuardedPatch patch("41");
    patch.set("/spec/replicas", 0);
    const auto operations = parse(patch.text()).as_array();
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(
        operations[0], parse(R"({"op":"test","path":"/metadata/resourceVersion","value":"41"})"));
    EXPECT_EQ(operations[1], parse(R"({"op":"add","path":"/spec/replicas","value":0})"));
}

TEST(GuardedPatch, MembersOfWhatIsThereOneByOneElseAllTogether)
{
    const boost::json::object marks{{"a.dev/b~c", "x"}};
    GuardedPatch into("1");
    into.set_members("/metadata/annotations", true, marks);
    EXPECT_EQ(
        parse(into.text()).as_array()[1],
        parse(R"({"op":"add","path":"/metadata/annotations/a.dev~1b~0c","value":"x"})"));
    GuardedPatch anew("1");
    anew.set_members("/metadata/annotations", false, marks);
    EXPECT_EQ(
        parse(anew.text()).as_array()[1],
        parse(R"({"op":"add","path":"/metadata/annotations","value":{"a.dev/b~c":"x"}})"));
}

struct Selection {
    const char* selector;
    const char* text;
};

TEST(LabelSelector, BothForms)
{
    for (const auto& [selector, text] : {
             Selection{R"({"matchLabels":{"app":"tsb","tier":"x"}})", "app=tsb,tier=x"},
             Selection{
                 R"({"matchLabels":{"app":"tsb"},"matchExpressions":[
                 {"key":"a","operator":"In","values":["b","c"]},
                 {"key":"d","operator":"NotIn","values":["e"]},
                 {"key":"f","operator":"Exists"},{"key":"g","operator":"DoesNotExist"}]})",
                 "app=tsb,a in (b,c),d notin (e),f,!g"},
             Selection{R"({"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]})", ""},
             Selection{
                 R"({"matchLabels":{"app":"x"},"matchExpressions":[{"key":"a","operator":"?"}]})",
                 ""},
             Selection{"{}", ""},
             Selection{"null", ""},
         })
        EXPECT_EQ(label_selector_text(parse(selector)), text) << selector;
}

struct Application {
    const char* object;
    const char* patch;
    bool applied;
};

TEST(MergePatch, IsAppliedWhenEveryLeafIsThere)
{
    for (const auto& [object, patch, applied] : {
             Application{R"({"spec":{"a":1,"b":2}})", R"({"spec":{"a":1}})", true},
             Application{R"({"spec":{"a":2}})", R"({"spec":{"a":1}})", false},
             Application{R"({"spec":{}})", R"({"spec":{"a":1}})", false},
             Application{R"({"spec":{}})", R"({"spec":{"a":{"b":1}}})", false},
             Application{R"({"spec":{"a":1}})", R"({"spec":{"a":null}})", false},
             Application{R"({"spec":{}})", R"({"spec":{"a":null}})", true},
             Application{R"({"spec":{"a":"x"}})", R"({"spec":{"a":{"b":null}}})", false},
             Application{R"({"spec":{"a":[1,2]}})", R"({"spec":{"a":[1]}})", false},
             Application{R"({"spec":{"a":[1,2]}})", R"({"spec":{"a":[1,2]}})", true},
             Application{R"({"spec":{"on":false}})", R"({"spec":{"on":false}})", true},
             Application{R"({"spec":{}})", R"({"spec":{"on":false}})", false},
         })
        EXPECT_EQ(is_applied(parse(object), parse(patch)), applied) << object << " " << patch;
}

TEST(MergePatch, IsAnObject)
{
    EXPECT_TRUE(merge_patch_in(R"({"spec":{}})"));
    for (const auto* text : {"", "[]", "1", "{", "null", "spec: {}"})
        EXPECT_FALSE(merge_patch_in(text)) << text;
}

TEST(Words, AreWhatStandsBetweenCommas)
{
    EXPECT_THAT(words_in("tsb, iam ,,central"), ElementsAre("tsb", "iam", "central"));
    EXPECT_THAT(words_in(""), IsEmpty());
    EXPECT_THAT(words_in(" , "), IsEmpty());
}

}  // namespace
}  // namespace understudy::actions
