// What people ask of a run: approval, holds, abort, undo, adopt, rearm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Approval, StartsThePlanThatWasApprovedAndNoOther)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(1s);
    ASSERT_EQ(world.state(), RunState::awaiting_approval);
    EXPECT_TRUE(world.fires("UnderstudyApprovalNeeded"));
    const auto hash = world.run().created.plan_hash;
    EXPECT_FALSE(world.ask({.verb = "approve", .plan_hash = "0123", .run = 1}).ok);
    EXPECT_TRUE(world.ask({.verb = "approve", .plan_hash = hash, .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Approval, ExpiresWithoutActionAndIsNotAskedAgainForTheSameFailure)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    settings.approval_expires = 1min;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(2min);
    EXPECT_EQ(world.state(), RunState::expired);
    EXPECT_THAT(world.effects, IsEmpty());
    EXPECT_EQ(world.runs().ledger().runs().size(), 1U);
    EXPECT_TRUE(world.runs().ledger().is_armed());
}

TEST(Human, IsRefusedWithAnotherHashOrClosedGates)
{
    RunWorld world;
    world.run_for(1s);
    EXPECT_FALSE(world.ask({.verb = "failover", .reason = "drill", .plan_hash = "beef"}).ok);
    world.closed_gates = "standby_fresh";
    const auto refused =
        world.ask({.verb = "failover", .reason = "drill", .plan_hash = world.hash()});
    EXPECT_FALSE(refused.ok);
    EXPECT_THAT(refused.text, HasSubstr("standby_fresh"));
    world.closed_gates.clear();
    EXPECT_TRUE(world.ask({.verb = "failover", .reason = "drill", .plan_hash = world.hash()}).ok);
}

TEST(Abort, IsPossibleOnlyBeforeAnythingWasIntended)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(1s);
    EXPECT_TRUE(world.ask({.verb = "abort", .reason = "not now", .run = 1}).ok);
    EXPECT_EQ(world.state(), RunState::aborted);
    EXPECT_FALSE(world.runs().ledger().is_armed()) << "a human said no";

    RunWorld other;
    other.fail_active();
    ASSERT_TRUE(other.run_until([&] { return !other.effects.empty(); }));
    EXPECT_FALSE(other.ask({.verb = "abort", .reason = "stop", .run = 1}).ok);
    EXPECT_TRUE(other.run_to_end());
    EXPECT_EQ(other.state(), RunState::done);
}

TEST(Hold, KeepsARunFromStartingAndSaysSo)
{
    RunWorld world;
    EXPECT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 2h}).ok);
    world.fail_active();
    world.run_for(1min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
    EXPECT_TRUE(world.fires("UnderstudyHeldBack"));
    world.fail_active();
    EXPECT_TRUE(world.ask({.verb = "release"}).ok);
    EXPECT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Hold, OutlivesARestartAndEndsByItself)
{
    RunWorld world;
    EXPECT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 10min}).ok);
    world.kill();
    world.fail_active();
    world.run_for(5min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
    world.run_for(5min);
    world.fail_active();
    EXPECT_TRUE(world.run_to_end());
}

TEST(Hold, ThatCannotBeReadCounts)
{
    RunWorld world;
    world.planes["west"].reachable = false;
    world.fail_active();
    world.run_for(1min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
}

TEST(Hold, InTheWorldStopsARunBeforeItsNextEffect)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east tsb") >= 0; }));
    world.planes["west"].hold = "stop, says Ada";
    world.run_for(200ms);
    EXPECT_EQ(world.state(), RunState::held);
    const auto effects = world.effects.size();
    world.run_for(1min);
    EXPECT_LE(world.effects.size(), effects + 1);
    world.planes["west"].hold.clear();
    EXPECT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Undo, RestoresWhatTheRunHadChanged)
{
    RunWorld world;
    world.planes["west"].accepts_patch = true;
    world.fail_active();
    world.fate = [](const run_effect::Perform& effect) {
        return effect.operation.kind == OperationKind::promote ? Fate::refused : Fate::arrives;
    };
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    world.planes["west"].hold = "stop";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    world.planes["west"].hold.clear();
    const auto answer = world.ask({.verb = "undo", .reason = "east is back", .run = 1});
    if (!answer.ok)
        GTEST_FAIL() << answer.text;
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::undone);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
    EXPECT_EQ(world.planes["east"].replicas["iam"], 1);
    EXPECT_THAT(world.effects, Not(Contains(HasSubstr("promote"))));
}

/// Nothing may be left of a failover that gave way to its undo.
TEST(Undo, CannotBeCalledOff)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    world.planes["west"].hold = "stop";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    ASSERT_TRUE(world.ask({.verb = "undo", .reason = "east is back", .run = 1}).ok);
    world.run_for(2s);
    ASSERT_EQ(world.state(), RunState::held) << story(world);
    const auto answer = world.ask({.verb = "abort", .run = 2});
    EXPECT_FALSE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr("restores what run 1 changed"));
    world.planes["west"].hold.clear();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.planes["east"].replicas["iam"], 1);
}

/// Every `scale east tsb` of the first run is on its way for ten seconds, and its reply is lost.
void delay_the_fence(RunWorld& world)
{
    const auto is_fence = [](const run_effect::Perform& effect) {
        return effect.id.epoch == 1 && effect.operation.object == "tsb" &&
               effect.operation.target == "east";
    };
    world.fate = [is_fence](const run_effect::Perform& effect) {
        return is_fence(effect) ? Fate::reply_lost : Fate::arrives;
    };
    world.travels = [is_fence](const run_effect::Perform& effect) {
        return is_fence(effect) ? Duration(10s) : Duration(30ms);
    };
}

TEST(Undo, DoesNotTakeForRestoredWhatIsStillAboutToChange)
{
    RunWorld world;
    delay_the_fence(world);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    world.planes["west"].hold = "stop";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    world.planes["west"].hold.clear();
    ASSERT_TRUE(world.ask({.verb = "undo", .reason = "east is back", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::undone);
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "fenced after it was undone";
    EXPECT_EQ(world.planes["east"].replicas["iam"], 1);
}

TEST(Adopt, IsRefusedWhileAChangeMayStillArrive)
{
    RunWorld world;
    delay_the_fence(world);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    const auto early = world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"});
    EXPECT_FALSE(early.ok);
    EXPECT_THAT(early.text, HasSubstr("may still arrive: in 13 s"));
    world.planes["west"].hold = "stop";
    world.run_for(13s);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 0) << "it has arrived, where people see it";
    EXPECT_TRUE(world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"}).ok);
}

TEST(Rearm, IsRefusedUntilTheNewStandbyIsFit)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    world.closed_gates = "replicas_ready: 0";
    EXPECT_FALSE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    EXPECT_FALSE(world.runs().ledger().is_armed());
    world.closed_gates.clear();
    EXPECT_TRUE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    EXPECT_TRUE(world.runs().ledger().is_armed());
}

TEST(Rearm, WaitsForFencesAndNotForControlPlanes)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min));
    ASSERT_EQ(world.runs().ledger().obligations().size(), 1U);
    EXPECT_TRUE(world.ask({.verb = "rearm", .reason = "c2 burnt down"}).ok);

    RunWorld owing(settings_with_waiver());
    owing.fail_active(true);
    ASSERT_TRUE(owing.run_to_end()) << story(owing);
    const auto refused = owing.ask({.verb = "rearm", .reason = "rebuilt"});
    EXPECT_FALSE(refused.ok);
    EXPECT_THAT(refused.text, HasSubstr("a fence is still owed: east"));
    EXPECT_TRUE(owing.ask({.verb = "waive", .reason = "it is switched off", .plane = "east"}).ok);
    EXPECT_THAT(owing.runs().ledger().obligations(), IsEmpty());
    EXPECT_TRUE(owing.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
}

TEST(Resume, GivesEveryEffectItsTriesAgain)
{
    RunWorld world;
    bool is_refused = true;
    int tries = 0;
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind != OperationKind::promote)
            return Fate::arrives;
        ++tries;
        return is_refused ? Fate::refused : Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }, 10min));
    EXPECT_EQ(tries, static_cast<int>(acting_settings().effect.attempts_max));
    is_refused = false;
    ASSERT_TRUE(world.ask({.verb = "resume", .reason = "the role is mended", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Cap, LimitsAutomaticRunsInThirtyDays)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    EXPECT_TRUE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    world.fail_active();
    world.run_for(1min);
    EXPECT_EQ(world.runs().ledger().runs().size(), 1U);
}

}  // namespace
}  // namespace understudy::core::testing
