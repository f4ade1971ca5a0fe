#include "core/operation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::core {
namespace {

TEST(OperationId, IsItsTextAndBack)
{
    const OperationId id{18446744073709551615U, 4294967295U, 7};
    EXPECT_EQ(text_of(id), "18446744073709551615.4294967295.7");
    EXPECT_EQ(operation_id_in(text_of(id)), id);
}

/// An annotation in the world may be anybody's.
TEST(OperationId, OfAnyOtherTextIsNone)
{
    for (const auto* text :
         {"", "1", "1.2", "1.2.", "1.2.3.", "1.2.3.4", ".2.3", "1..3", "01.2.3", "+1.2.3", "-1.2.3",
          " 1.2.3", "1.2.3 ", "1.2.x", "1,2,3", "18446744073709551616.0.0", "1.4294967296.0"})
        EXPECT_EQ(operation_id_in(text), std::nullopt) << text;
}

TEST(OperationId, ComparesByEpochFirst)
{
    EXPECT_LT((OperationId{1, 9, 9}), (OperationId{2, 0, 0}));
    EXPECT_LT((OperationId{1, 1, 9}), (OperationId{1, 2, 0}));
}

TEST(OperationKind, IsItsNameAndBack)
{
    for (std::size_t i = 0; i < operation_kind_count; ++i) {
        const auto kind = static_cast<OperationKind>(i);
        EXPECT_EQ(operation_kind_named(name_of(kind)), kind);
    }
    EXPECT_EQ(operation_kind_named("power_off"), std::nullopt);
    EXPECT_EQ(name_of(static_cast<OperationKind>(99)), "unknown");
}

/// What only reads must never be given an intent.
TEST(OperationKind, ReadsOnlyOrHasAnEffect)
{
    using enum OperationKind;
    for (const auto kind : {record, suspend_cron_job, scale, promote, switch_name, rejoin, hook})
        EXPECT_TRUE(has_effect(kind)) << name_of(kind);
    for (const auto kind :
         {await_jobs, compare_content, rehearse_promotion, await_primary, serve, resolve_name})
        EXPECT_FALSE(has_effect(kind)) << name_of(kind);
}

TEST(EffectResult, IsItsNameAndBack)
{
    for (const auto result : {EffectResult::applied, EffectResult::refused, EffectResult::unknown})
        EXPECT_EQ(effect_result_named(name_of(result)), result);
    EXPECT_EQ(effect_result_named("perhaps"), std::nullopt);
}

TEST(Operation, HasAParameterOrAnEmptyText)
{
    Operation operation;
    operation.parameters["replicas"] = "0";
    EXPECT_EQ(operation.parameter("replicas"), "0");
    EXPECT_EQ(operation.parameter("suspend"), "");
}

}  // namespace
}  // namespace understudy::core
