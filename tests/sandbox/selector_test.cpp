#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/selector.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

const char* const pod = R"({"metadata":{"name":"p-1","namespace":"tsb","labels":
    {"app":"tsb-postgres","replicationRole":"primary","x.io/y":"z","empty":""}}})";

struct SelectorCase {
    const char* name;
    const char* labels;
    const char* fields;
    bool matches;
};

class SelectorMatch : public testing::TestWithParam<SelectorCase> {};

TEST_P(SelectorMatch, IsAsKubernetesSays)
{
    const auto& row = GetParam();
    EXPECT_EQ(Selector(row.labels, row.fields).matches(json::parse(pod)), row.matches);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Selectors, SelectorMatch, testing::Values(
    SelectorCase{"Nothing", "", "", true},
    SelectorCase{"Equal", "app=tsb-postgres", "", true},
    SelectorCase{"DoubleEqual", "app==tsb-postgres", "", true},
    SelectorCase{"Other", "app=edge", "", false},
    SelectorCase{"Both", "app=tsb-postgres,replicationRole=primary", "", true},
    SelectorCase{"OneOfBoth", "app=tsb-postgres,replicationRole=replica", "", false},
    SelectorCase{"NotEqual", "replicationRole!=replica", "", true},
    SelectorCase{"NotEqualOfMissing", "nope!=x", "", true},
    SelectorCase{"In", "replicationRole in (primary, replica),app", "", true},
    SelectorCase{"NotInList", "replicationRole in (replica)", "", false},
    SelectorCase{"NotIn", "replicationRole notin (primary)", "", false},
    SelectorCase{"Exists", "replicationRole", "", true},
    SelectorCase{"DoesNotExist", "!nope", "", true},
    SelectorCase{"ExistsNot", "!app", "", false},
    SelectorCase{"EmptyValue", "empty=", "", true},
    SelectorCase{"MissingIsNotEmpty", "nope=", "", false},
    SelectorCase{"NameWithSlash", "x.io/y=z", "", true},
    SelectorCase{"FieldName", "", "metadata.name=p-1", true},
    SelectorCase{"FieldOther", "", "metadata.name=p-2", false},
    SelectorCase{"FieldNot", "", "metadata.name!=p-2,metadata.namespace=tsb", true}),
    [](const auto& each) { return std::string(each.param.name); });
// clang-format on

TEST(Selector, RefusesWhatItCannotRead)
{
    for (const auto* labels : {"a b", "=x", "a in x", "a in (x"})
        EXPECT_THROW(Selector(labels, ""), ApiError) << labels;
    EXPECT_THROW(Selector("", "metadata.name"), ApiError);
}

}  // namespace
