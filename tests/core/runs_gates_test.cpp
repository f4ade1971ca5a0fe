// A run that was kept waiting looks at its gates again before it fences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string serves_again = "verdict_failed (healthy (serving))";

bool is_created(const RunWorld& world) { return world.has_said("run 1: failover"); }

bool has_fenced(const RunWorld& world)
{
    return std::ranges::any_of(
        world.effects, [](const auto& effect) { return effect.starts_with("scale east"); });
}

/// A run that a hold stops before it has fenced.
void begin_and_hold(RunWorld& world)
{
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return is_created(world); }));
    world.planes["west"].hold = "wait, says Ada";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; })) << story(world);
    ASSERT_FALSE(has_fenced(world));
}

/// And goes on with that gate closed.
void hold_until_closed(RunWorld& world, const std::string& gate)
{
    begin_and_hold(world);
    world.closed_since = gate;
    world.planes["west"].hold.clear();
}

TEST(Gates, ThatClosedDuringAHoldEndTheRunBeforeItsFence)
{
    RunWorld world;
    hold_until_closed(world, serves_again);
    world.run_for(5min);
    EXPECT_FALSE(has_fenced(world)) << story(world);
    EXPECT_THAT(
        world.said, Contains(HasSubstr("gates have closed since it began: " + serves_again)));
    EXPECT_TRUE(world.state() == RunState::aborted || world.state() == RunState::parked);
}

/// What the gates called off, they may begin again: the same failure goes on.
TEST(Gates, ThatOpenAgainBeginTheNextRunForTheSameFailure)
{
    RunWorld world(settings_with_waiver());
    world.fail_active();
    world.planes["east"].reachable = false;  // So it waits for darkness, and has intended nothing.
    ASSERT_TRUE(world.run_until([&] { return is_created(world); }));
    world.closed_since = "no_maintenance (a rollout of deployment tsb is in progress)";
    world.closed_gates = world.closed_since;
    ASSERT_TRUE(world.run_until([&] { return world.run().has_ended(); })) << story(world);
    EXPECT_EQ(world.state(), RunState::aborted);
    ASSERT_FALSE(has_fenced(world));

    world.closed_since.clear();
    world.closed_gates.clear();
    world.planes["east"].reachable = true;
    ASSERT_TRUE(world.run_until([&] { return world.runs().ledger().runs().size() == 2; }))
        << story(world);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

/// What was begun is not called off: people undo it, or let it go on. There is nothing to do by
/// hand.
TEST(Gates, ParkARunThatHasIntendedSomething)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return !world.effects.empty(); }));
    ASSERT_FALSE(has_fenced(world));
    world.closed_since = serves_again;
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::parked; }, 5min))
        << story(world);
    EXPECT_FALSE(has_fenced(world));
    std::string told;
    for (const auto& change : world.alerts)
        if (change.alert.name == "UnderstudyNeedsHuman")
            told = change.alert.description;
    EXPECT_THAT(told, HasSubstr("understudy undo 1"));
    EXPECT_THAT(told, Not(HasSubstr("kubectl")));
    world.closed_since.clear();
    ASSERT_TRUE(world.ask({.verb = "resume", .reason = "it died again", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Gates, ThatAJudgeWhoCannotSeeFindsClosedOnlyKeepTheRunWaiting)
{
    RunWorld world;
    world.judge_sees = false;
    hold_until_closed(world, "observer_sighted (no canary answers)");
    world.run_for(10min);
    EXPECT_FALSE(has_fenced(world));
    EXPECT_EQ(world.state(), RunState::running);
    world.closed_since.clear();
    world.judge_sees = true;
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Gates, ThatCloseForAMomentChangeNothing)
{
    RunWorld world;
    hold_until_closed(world, serves_again);
    world.run_for(20s);
    world.closed_since.clear();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Gates, AreLookedAtAfterARestartBeforeAnythingIsDone)
{
    RunWorld world;
    begin_and_hold(world);
    world.judge_knows_of_run = false;
    world.kill();
    world.planes["west"].hold.clear();
    world.run_for(2min);
    EXPECT_FALSE(has_fenced(world)) << story(world);
    world.judge_knows_of_run = true;
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

/// It was passed over as dark, and serves again before anything is promoted.
TEST(Gates, AreAskedUntilThePromotionWhenTheFenceWasPassedOver)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return world.has_said("step fence is done"); }))
        << story(world);
    world.planes["west"].hold = "wait, says Ada";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; })) << story(world);
    world.closed_since = serves_again;
    world.planes["east"].reachable = true;
    world.planes["west"].hold.clear();
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::parked; })) << story(world);
    EXPECT_FALSE(has_fenced(world));
    EXPECT_THAT(world.effects, Not(Contains(HasSubstr("promote"))));
}

TEST(Gates, ThatAHumanOverrodeStayOverridden)
{
    RunWorld world;
    world.run_for(1s);
    world.closed_since = serves_again;
    ASSERT_TRUE(world.ask({.verb = "failover", .reason = "a drill", .plan_hash = world.hash()}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);

    RunWorld other;
    other.run_for(1s);
    other.closed_since_asked = "roles_known (the floating name points to west)";
    ASSERT_TRUE(other.ask({.verb = "failover", .reason = "a drill", .plan_hash = other.hash()}).ok);
    other.run_for(5min);
    EXPECT_FALSE(has_fenced(other));
}

/// Once the old plane is being stopped it is no witness any more.
TEST(Gates, AreNotAskedOnceTheFenceHasBegun)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return has_fenced(world); }));
    world.closed_since = "no_maintenance (deployment tsb was scaled to 0)";
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

}  // namespace
}  // namespace understudy::core::testing
