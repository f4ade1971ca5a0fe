// A whole failover under virtual time, and what may go wrong on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Failover, FencesThenPromotesThenSwitchesThenBringsEverybodyOver)
{
    RunWorld world;
    never_two_active(world);
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << world.run().why << story(world);
    EXPECT_EQ(world.active, "west");
    EXPECT_EQ(world.name_points_to, "west");
    const auto fenced = place_of(world, "scale east tsb");
    const auto promoted = place_of(world, "promote west managementplane");
    const auto switched = place_of(world, "switch_name floating active.tsb.test");
    ASSERT_GE(fenced, 0);
    EXPECT_LT(fenced, promoted);
    EXPECT_LT(promoted, switched);
    EXPECT_FALSE(world.runs().ledger().is_armed());
    for (const auto& [name, control_plane] : world.control_planes)
        EXPECT_EQ(control_plane.peer, "west") << name;
}

// Nobody says with whom: until its connection holders are stopped that may be the old plane.
TEST(Failover, AnExchangeBeforeTheOldPlaneIsRetiredProvesNothing)
{
    RunWorld world;
    world.fail_active();
    int refusals = 4;
    world.fate = [&](const run_effect::Perform& effect) {
        const auto& object = effect.operation.object;
        const bool retires = object == "central" || object == "envoy";
        return retires && refusals-- > 0 ? Fate::refused : Fate::arrives;
    };
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << world.run().why << story(world);
    for (const auto& [name, control_plane] : world.control_planes)
        EXPECT_EQ(control_plane.peer, "west") << name;
}

TEST(Failover, OneLaggardGoesFirstThenTheOthers)
{
    RunWorld world;
    world.fail_active();
    int at_once = 0;
    bool first_is_back = false;
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::rejoin) {
            EXPECT_TRUE(at_once++ == 0 || first_is_back);
        }
        return Fate::arrives;
    };
    world.after_each = [&] {
        first_is_back = std::ranges::any_of(
            world.control_planes, [](const auto& entry) { return entry.second.peer == "west"; });
    };
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(at_once, 3);
}

TEST(Failover, AMissingControlPlaneMakesItDegradedAndIsOwed)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c2"));
    EXPECT_EQ(world.runs().ledger().obligations().size(), 1U);
    EXPECT_TRUE(world.fires("UnderstudyRunDegraded"));

    world.active_serves = true;
    world.control_planes["c2"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.runs().ledger().obligations().empty(); }))
        << story(world);
    EXPECT_EQ(world.control_planes["c2"].peer, "west");
}

/// A replica that still follows the old plane would make the next failover lose data.
TEST(Failover, FollowersThatWentAstrayAreNamedAndTheRunIsNotDone)
{
    for (const bool is_killed : {false, true}) {
        RunWorld world;
        world.planes["west"].followers_astray = 1;
        world.fail_active();
        if (is_killed) {
            const auto& runs = world.runs().ledger().runs();
            ASSERT_TRUE(
                world.run_until([&] { return !runs.empty() && !world.run().missing().empty(); }));
            world.kill();
        }
        ASSERT_TRUE(world.run_to_end()) << story(world);
        EXPECT_EQ(world.state(), RunState::degraded) << story(world);
        EXPECT_THAT(world.run().missing(), ElementsAre("west/tsb-postgres"));
        EXPECT_TRUE(world.fires("UnderstudyRunDegraded"));
        EXPECT_FALSE(world.fires("UnderstudyRunDone"));
    }
}

struct Unreachable {
    const char* name;
    WhenUnfenceable policy;
    bool dark;
    RunState state;
};
class OldPlaneUnreachable : public ::testing::TestWithParam<Unreachable> {};

TEST_P(OldPlaneUnreachable, DoesAsThePolicySays)
{
    const auto& given = GetParam();
    auto settings = acting_settings();
    settings.when_unfenceable = given.policy;
    if (given.policy == WhenUnfenceable::proceed ||
        given.policy == WhenUnfenceable::proceed_if_dark)
        settings.waiver = {"Ada", "two sites, one bastion", "2026-11-30"};
    RunWorld world(settings);
    world.planes["east"].reachable = false;
    world.fail_active(given.dark);
    world.planes["east"].reachable = false;
    const bool ends = is_final(given.state);
    if (ends)
        world.run_to_end();
    else
        world.run_for(2min);
    EXPECT_EQ(world.state(), given.state) << story(world);
    if (given.state == RunState::parked || given.state == RunState::aborted) {
        EXPECT_THAT(world.effects, IsEmpty()) << "nothing may be changed";
    }
    world.run_for(2min);
    EXPECT_EQ(world.runs().ledger().runs().size(), 1U) << "refused is refused";
}

INSTANTIATE_TEST_SUITE_P(
    Policies,
    OldPlaneUnreachable,
    ::testing::Values(
        Unreachable{"WaitForHuman", WhenUnfenceable::wait_for_human, true, RunState::parked},
        Unreachable{"Refuse", WhenUnfenceable::refuse, true, RunState::aborted},
        Unreachable{
            "ProceedIfDarkAndDark", WhenUnfenceable::proceed_if_dark, true, RunState::degraded},
        Unreachable{
            "ProceedIfDarkAndNotDark", WhenUnfenceable::proceed_if_dark, false, RunState::running},
        Unreachable{"Proceed", WhenUnfenceable::proceed, false, RunState::degraded}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Failover, AFenceThatIsOwedIsPaidWhenTheOldPlaneReturns)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.runs().ledger().obligations().size(), 2U);
    EXPECT_TRUE(world.fires("UnderstudyFenceOwed"));

    world.active_serves = true;
    world.planes["east"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }, 5s))
        << story(world);
    EXPECT_TRUE(world.run_until([&] { return world.runs().ledger().obligations().empty(); }, 10s));
}

/// From the promotion on both planes would write: the fence does not wait for control planes.
TEST(Failover, AFenceThatIsOwedIsPaidWhileTheRunGoesOn)
{
    RunWorld world(settings_with_waiver());
    world.control_planes["c2"].reachable = false;
    ASSERT_TRUE(world.ask({.verb = "adopt", .reason = "as it is", .plane = "east"}).ok);
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return world.name_points_to == "west"; })) << story(world);
    world.planes["east"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }, 5s))
        << story(world);
    EXPECT_TRUE(world.run_until(
        [&] { return !world.fires("UnderstudyFenceOwed") || world.run().has_ended(); }, 20s));
    EXPECT_FALSE(world.run().has_ended());
    ASSERT_TRUE(world.run_to_end(10min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c2"));
}

/// The fence is read, and if need be renewed, right before the promotion: by whose run it is.
TEST(Fence, IsNotRenewedByARunThatIsNoLongerOurs)
{
    RunWorld world;
    world.fail_active();
    const auto is_at_promotion = [&] {
        const auto& runs = world.runs().ledger().runs();
        return !runs.empty() && runs.back().plan().steps[runs.back().cursor()].name == "promote";
    };
    ASSERT_TRUE(world.run_until(is_at_promotion)) << story(world);
    ASSERT_TRUE(world.ask({.verb = "hold", .duration = 1h}).ok);
    ASSERT_EQ(world.state(), RunState::held);
    world.run_for(1s);
    world.planes["west"].record_process = "a copy's";
    world.planes["east"].replicas["tsb"] = 1;
    world.reading_lasts = [](const run_effect::Observe& reading) -> Duration {
        return reading.operation.kind == OperationKind::record ? 500ms : 20ms;
    };
    world.effects.clear();
    ASSERT_TRUE(world.ask({.verb = "release"}).ok);
    world.run_for(10s);
    EXPECT_EQ(world.state(), RunState::parked) << story(world);
    EXPECT_EQ(place_of(world, "scale east tsb"), -1) << story(world);
}

/// Whatever the run still has to do: a control plane whose tokens stay refused is tried for long.
TEST(Failover, AFenceThatIsOwedIsPaidBesideTheRunsOwnEffects)
{
    auto settings = settings_with_waiver();
    settings.promote_stable_for = 20s;
    RunWorld world(settings);
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] {
        return std::ranges::count(world.effects, std::string("rejoin c2 edge")) > 0;
    })) << story(world);
    world.planes["east"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.runs().ledger().obligations().empty(); }, 10s))
        << story(world);
    EXPECT_FALSE(world.run().has_ended());
}

TEST(Failover, AFenceThatIsOwedWaitsForAHoldOfTheRunToo)
{
    RunWorld world(settings_with_waiver());
    world.control_planes["c2"].reachable = false;
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return world.name_points_to == "west"; })) << story(world);
    world.planes["west"].hold = "wait, says Ada";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; })) << story(world);
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
}

/// Whoever was called decides, and may have chosen the old plane.
TEST(Failover, AFenceThatIsOwedIsNotPaidWhileTheRunWaitsForPeople)
{
    RunWorld world(settings_with_waiver());
    world.fate = [](const run_effect::Perform& perform) {
        return perform.operation.kind == OperationKind::switch_name ? Fate::refused : Fate::arrives;
    };
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return world.has_said("-> parked"); }, 10min))
        << story(world);
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
    ASSERT_TRUE(world.ask({.verb = "resume", .reason = "key mended", .run = 1}).ok);
    EXPECT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }, 10s));
}

/// It was given up as dark, and comes back while the promotion is kept waiting.
TEST(Failover, APlaneThatReturnsBeforeThePromotionIsFencedFirst)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return world.has_said("step fence is done"); }))
        << story(world);
    world.planes["west"].reachable = false;
    world.run_for(5s);
    world.planes["east"].reachable = true;
    world.is_dark = false;
    world.planes["west"].reachable = true;
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    const auto at = [&](std::string_view effect) {
        return std::ranges::find_if(
            world.effects, [effect](const auto& line) { return line.starts_with(effect); });
    };
    EXPECT_LT(at("scale east tsb"), at("promote west"));
    EXPECT_LT(at("scale east iam"), at("promote west"));
    EXPECT_NE(at("promote west"), world.effects.end());
}

/// What may be promoted already is not left half done for want of a darkness that was seen before.
TEST(Failover, APromotionUnderWayDoesNotWaitForDarknessAgain)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] {
        return std::ranges::any_of(
            world.effects, [](const auto& effect) { return effect.starts_with("promote west"); });
    })) << story(world);
    world.is_dark = false;
    world.kill();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
}

/// An adoption leaves no record in the world.
TEST(Failover, AFenceThatIsOwedIsPaidToThePlaneThatWasAdopted)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    ASSERT_TRUE(world.ask({.verb = "adopt", .reason = "as it is", .plane = "west"}).ok);
    world.active_serves = true;
    world.planes["east"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }, 5s))
        << story(world);
}

TEST(Failover, AFenceIsNotPaidToThePlaneThatIsActiveAgain)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    // A human moved the service back by hand, and tells us later.
    world.name_elsewhere = true;
    world.active_serves = true;
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "the good plane was killed";
    EXPECT_TRUE(world.fires("UnderstudyFenceOwed"));

    EXPECT_TRUE(world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"}).ok);
    world.name_elsewhere = false;
    world.run_for(1min);
    EXPECT_EQ(world.active, "east");
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "the good plane was killed";
    EXPECT_THAT(world.runs().ledger().obligations(), IsEmpty());
}

TEST(Failover, NothingIsOwedToAWorldWhoseRecordIsSomebodyElses)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    world.planes["west"].record_instance = "bastion-2";
    world.active_serves = true;
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
}

TEST(Failover, ANewerEpochInTheWorldParks)
{
    RunWorld world;
    world.claim_for("bastion-1", 7);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] {
        return !world.runs().ledger().runs().empty() && world.state() == RunState::parked;
    })) << story(world);
    EXPECT_THAT(world.effects, IsEmpty());
    EXPECT_TRUE(world.fires("UnderstudyNeedsHuman"));
    EXPECT_TRUE(world.fires("UnderstudyActingImpossible"));

    EXPECT_TRUE(world.ask({.verb = "takeover", .reason = "the snapshot was ours"}).ok);
    EXPECT_EQ(world.runs().ledger().generation(), 7U);
}

/// The same state directory, started on two machines: whoever writes second finds the other.
TEST(Failover, ACopyOfThisInstallationThatHasTheRunParksIt)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.planes["west"].record_cursor == 1; }));
    world.planes["west"].record_process = "a copy's";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::parked; })) << story(world);
    EXPECT_THAT(world.run().why, HasSubstr("a copy of this installation acts"));
    const auto before = world.effects.size();
    world.run_for(5min);
    EXPECT_EQ(world.effects.size(), before);
}

TEST(Failover, AProcessThatGoesOnSaysSoInTheWorldFirst)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.planes["west"].record_cursor == 1; }));
    const auto before = world.planes["west"].record_process;
    world.kill();
    const auto at = world.effects.size();
    ASSERT_TRUE(world.run_until([&] { return world.effects.size() > at; })) << story(world);
    EXPECT_EQ(world.effects[at], "record west understudy");
    EXPECT_NE(world.planes["west"].record_process, before);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(TakeOver, WaitsForWhatTheOtherMayHaveSent)
{
    RunWorld world;
    world.claim_for("bastion-9", 7);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] {
        return !world.runs().ledger().runs().empty() && world.state() == RunState::parked;
    })) << story(world);
    ASSERT_TRUE(world.ask({.verb = "takeover", .reason = "it burnt down"}).ok);
    ASSERT_TRUE(world.ask({.verb = "abort", .run = 1}).ok);
    ASSERT_TRUE(world.ask({.verb = "rearm", .reason = "go on"}).ok);
    world.fail_active();
    world.run_for(5s);
    world.kill();
    world.fail_active();
    world.run_for(6s);
    EXPECT_THAT(world.effects, IsEmpty());
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
}

TEST(Failover, StartsByItselfOnlyWhenItMay)
{
    for (const auto mode : {Mode::observe, Mode::approve}) {
        auto settings = acting_settings();
        settings.mode = mode;
        RunWorld world(settings);
        world.fail_active();
        world.run_for(1min);
        EXPECT_THAT(world.effects, IsEmpty()) << name_of(mode);
    }
}

}  // namespace
}  // namespace understudy::core::testing
