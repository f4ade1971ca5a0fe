#include "core/plan.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "example_records.hpp"

namespace understudy::core {
namespace {

TEST(Plans, ComeBackFromTheirText)
{
    const auto plan = example_plan();
    EXPECT_EQ(plan_in(canonical_text(plan)), plan);
    EXPECT_EQ(plan_in(canonical_text(Plan{})), Plan{});
}

TEST(Plans, OfManyOperationsComeBackToo)
{
    const auto plan = big_plan(5000);
    const auto text = canonical_text(plan);
    EXPECT_EQ(plan_in(text), plan);
    EXPECT_FALSE(plan_in(std::string_view(text).substr(0, text.size() - 1)));
}

TEST(Plans, ThatAreNotWholeAreRefused)
{
    const auto text = canonical_text(example_plan());
    EXPECT_FALSE(plan_in(""));
    EXPECT_FALSE(plan_in(text + "\n"));
    EXPECT_FALSE(plan_in("plan." + text));
}

/// A field that the hash does not cover could be changed behind the back of who approved it.
TEST(Plans, EachFieldChangesTheHash)
{
    const std::vector<std::function<void(Plan&)>> changes{
        [](Plan& p) { p.kind = RunKind::undo; },
        [](Plan& p) { p.variant = Variant::embedded_sync; },
        [](Plan& p) { p.old_plane += "x"; },
        [](Plan& p) { p.new_plane += "x"; },
        [](Plan& p) { ++p.generation; },
        [](Plan& p) { p.when_unfenceable = WhenUnfenceable::proceed; },
        [](Plan& p) { p.dark_for += 1ns; },
        [](Plan& p) { p.waiver.by += "x"; },
        [](Plan& p) { p.waiver.why += "x"; },
        [](Plan& p) { p.waiver.when += "x"; },
        [](Plan& p) { p.loss.gates.emplace_back("x"); },
        [](Plan& p) { ++*p.loss.bytes; },
        [](Plan& p) { p.loss.bytes.reset(); },
        [](Plan& p) { *p.loss.data_until += 1ms; },
        [](Plan& p) { p.loss.data_until.reset(); },
        [](Plan& p) { p.loss.keys += "x"; },
        [](Plan& p) { p.steps.pop_back(); },
        [](Plan& p) { std::swap(p.steps[0], p.steps[1]); },
        [](Plan& p) { p.steps[0].name += "x"; },
        [](Plan& p) { p.steps[0].title += "x"; },
        [](Plan& p) { ++p.steps[0].concurrency; },
        [](Plan& p) { p.steps[0].first_alone = true; },
        [](Plan& p) { p.steps[0].delay += 1ns; },
        [](Plan& p) { p.steps[0].deadline += 1ns; },
        [](Plan& p) { p.steps[0].expected += 1ns; },
        [](Plan& p) { p.steps[0].on_failure = OnFailure::skip; },
        [](Plan& p) { p.steps[0].point_of_no_return = true; },
        [](Plan& p) { p.steps[0].operations.clear(); },
        [](Plan& p) { p.steps[0].operations[0].kind = OperationKind::hook; },
        [](Plan& p) { p.steps[0].operations[0].target += "x"; },
        [](Plan& p) { p.steps[0].operations[0].object += "x"; },
        [](Plan& p) { p.steps[0].operations[0].parameters["replicas"] = "1"; },
        [](Plan& p) { p.steps[0].operations[0].parameters.clear(); },
        [](Plan& p) { p.steps[0].operations[0].command += "x"; },
        [](Plan& p) { p.steps[0].operations[0].stable_for += 1ns; },
    };
    std::set<std::string> hashes{hash_of(example_plan(), test_hash)};
    for (const auto& change : changes) {
        auto plan = example_plan();
        change(plan);
        EXPECT_TRUE(hashes.insert(hash_of(plan, test_hash)).second) << canonical_text(plan);
    }
}

TEST(Plans, AreNamedBySixteenDigits)
{
    const auto plan = example_plan();
    EXPECT_EQ(hash_of(plan, test_hash), test_hash(canonical_text(plan)).substr(0, 16));
}

template <class Enumerator, class Named>
void expect_names_lead_back(int count, Named named)
{
    for (int i = 0; i < count; ++i) {
        const auto value = static_cast<Enumerator>(i);
        EXPECT_EQ(named(name_of(value)), value);
    }
    EXPECT_EQ(named("unknown"), std::nullopt);
    EXPECT_EQ(named(""), std::nullopt);
    EXPECT_EQ(name_of(static_cast<Enumerator>(99)), "unknown");
}

TEST(Plans, WordsLeadBackToTheirValues)
{
    expect_names_lead_back<RunKind>(2, run_kind_named);
    expect_names_lead_back<OnFailure>(4, on_failure_named);
    expect_names_lead_back<WhenUnfenceable>(4, when_unfenceable_named);
    expect_names_lead_back<Variant>(4, variant_named);
}

}  // namespace
}  // namespace understudy::core
