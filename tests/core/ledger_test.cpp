#include "core/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "example_records.hpp"

namespace understudy::core {
namespace {

using ::testing::IsEmpty;

constexpr std::uint64_t epoch = 7;
constexpr OperationId fence{epoch, 0, 0};
constexpr OperationId beyond{epoch, 99, 0};

Ledger with_run()
{
    RunCreated created;
    created.epoch = epoch;
    created.plan = example_plan();
    Ledger ledger;
    ledger.apply({{}, created});
    return ledger;
}

/// A journal is believed for its hashes, and yet it may tell of what this version never began.
TEST(Ledger, OfARunThatIsNotThereNothingIsMade)
{
    for (const auto& record : example_records()) {
        if (std::holds_alternative<RunCreated>(record.body))
            continue;
        Ledger ledger;
        ledger.apply(record);
        EXPECT_THAT(ledger.runs(), IsEmpty()) << kind_of(record.body);
        EXPECT_TRUE(ledger.is_armed()) << kind_of(record.body);
    }
}

TEST(Ledger, OfAStepThatIsNotInThePlanNothingIsMade)
{
    auto ledger = with_run();
    for (const RecordBody& body : std::initializer_list<RecordBody>{
             StepBegan{epoch, beyond.step, "boot-1", {}}, StepEnded{epoch, beyond.step},
             OperationEnded{beyond, "reached", ""}, Intent{beyond, 1, "boot-1", {}, {}, {}}})
        ledger.apply({{}, body});
    const auto& run = ledger.runs().front();
    EXPECT_EQ(run.steps.size(), run.plan().steps.size());
    EXPECT_FALSE(run.has_intent());
    EXPECT_EQ(operation_of(run, beyond), std::nullopt);
    EXPECT_EQ(operation_of(run, {epoch + 1, 0, 0}), std::nullopt);
    EXPECT_EQ(operation_of(run, {epoch, 0, 99}), std::nullopt);
}

TEST(Ledger, TheEndOfAnotherTryIsNotThatOfThisOne)
{
    auto ledger = with_run();
    ledger.apply({{}, Intent{fence, 2, "boot-1", {}, {}, {}}});
    ledger.apply({{}, EffectEnded{fence, 1, EffectResult::refused, "late"}});
    const auto& attempt = ledger.runs().front().steps[0].operations.at(0).attempts.front();
    EXPECT_EQ(attempt.number, 2U);
    EXPECT_EQ(attempt.result, std::nullopt);
    ledger.apply({{}, EffectEnded{fence, 2, EffectResult::applied, ""}});
    EXPECT_EQ(attempt.result, EffectResult::applied);
}

}  // namespace
}  // namespace understudy::core
