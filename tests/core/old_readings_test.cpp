// What was read is good for a while only: of the fence, of the hold, of anything after a
// standstill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool has_landed(const RunWorld& world, const std::string& effect)
{
    return std::ranges::find(world.effects, effect) != world.effects.end();
}

bool is_promoted(const RunWorld& world)
{
    return has_landed(world, "promote west managementplane");
}

/// Fails when the promotion lands beside a writer of the old plane that was started again.
void never_promoted_beside_a_writer(RunWorld& world)
{
    world.after_each = [&world, told = false]() mutable {
        if (told || !is_promoted(world))
            return;
        told = true;
        EXPECT_EQ(world.planes["east"].replicas["tsb"], 0);
    };
}

void start_the_old_plane_again(RunWorld& world) { world.planes["east"].replicas["tsb"] = 1; }

TEST(OldReadings, OfTheFenceAreRenewedAfterAHold)
{
    RunWorld world;
    never_promoted_beside_a_writer(world);
    bool is_asked = false;
    world.reading_lasts = [&is_asked](const run_effect::Observe& effect) {
        const bool is_promotion = effect.operation.kind == OperationKind::promote;
        is_asked = is_asked || is_promotion;
        return is_promotion ? Duration(3s) : Duration(20ms);
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return is_asked; }));
    world.planes["west"].hold = "stop, says Ada";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    start_the_old_plane_again(world);
    world.run_for(5s);
    world.planes["west"].hold.clear();
    ASSERT_TRUE(world.run_to_end());
    EXPECT_TRUE(is_promoted(world));
}

TEST(OldReadings, OfTheFenceAreRenewedWhileThePromotionIsRefused)
{
    RunWorld world;
    never_promoted_beside_a_writer(world);
    bool is_refused = true;
    world.fate = [&is_refused](const run_effect::Perform& effect) {
        const bool is_promotion = effect.operation.kind == OperationKind::promote;
        return is_promotion && is_refused ? Fate::refused : Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return has_landed(world, "scale east iam"); }));
    world.run_for(10s);
    start_the_old_plane_again(world);
    world.run_for(16s);
    is_refused = false;
    ASSERT_TRUE(world.run_to_end());
    EXPECT_TRUE(is_promoted(world));
}

TEST(OldReadings, AreNotGoneByAfterAStandstill)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return has_landed(world, "scale east iam"); }));
    const auto effects = world.effects.size();
    world.stand_still(10min);
    world.planes["west"].hold = "stop, says Ada";
    world.run_for(1min);
    EXPECT_EQ(world.state(), RunState::held);
    EXPECT_EQ(world.effects.size(), effects);
}

TEST(OldReadings, AFenceReadBeforeAStandstillIsReadAgain)
{
    RunWorld world;
    never_promoted_beside_a_writer(world);
    bool is_asked = false;
    world.reading_lasts = [&is_asked](const run_effect::Observe& effect) {
        is_asked = is_asked || effect.operation.kind == OperationKind::promote;
        return Duration(20ms);
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return is_asked; }));
    ASSERT_FALSE(is_promoted(world));
    world.stand_still(10min);
    start_the_old_plane_again(world);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_TRUE(is_promoted(world));
}

/// The disk has its intent, but the time in which it might leave is long over.
TEST(OldReadings, AnEffectThatWasIntendedBeforeAStandstillIsNotSent)
{
    RunWorld world;
    std::vector<std::uint32_t> sent;
    world.fate = [&sent](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::promote)
            sent.push_back(effect.attempt);
        return Fate::arrives;
    };
    world.after_each = [&world, stood_still = false]() mutable {
        const auto* run = world.runs().ledger().open_run();
        if (stood_still || run == nullptr || !run->is_past_point_of_no_return())
            return;
        stood_still = true;
        world.stand_still(10min);
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(20min)) << story(world);
    EXPECT_THAT(sent, ElementsAre(2U));
}

TEST(OldReadings, OfTheHoldCountAsHeld)
{
    RunWorld world;
    const Now now{world.now(), WallTime(std::chrono::milliseconds(1'790'000'000'000))};
    world.runs().step(run_event::WorldHold{true, "", 15s}, now);
    EXPECT_FALSE(world.runs().report(now).acting.held);
    world.runs().step(run_event::WorldHold{true, "", 16s}, now);
    EXPECT_TRUE(world.runs().report(now).acting.held);
    EXPECT_THAT(world.runs().report(now).acting.hold, HasSubstr("took 16 s"));
}

}  // namespace
}  // namespace understudy::core::testing
