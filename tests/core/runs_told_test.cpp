// What people are told of a run.
#include "core/ways_on.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string told(const RunWorld& world, const std::string& alert)
{
    for (const auto& change : world.alerts) {
        if (change.alert.name == alert)
            return change.alert.description;
    }
    return {};
}

TEST(Told, TheDecisionWithItsEvidenceAndHowToStopIt)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    const auto text = told(world, "UnderstudyRunStarted");
    for (const auto* words :
         {"By automatic: failed", "Evidence: api down", "understudy abort 1", "understudy undo 1"})
        EXPECT_THAT(text, HasSubstr(words));
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld asking(settings);
    asking.fail_active();
    asking.run_for(1s);
    EXPECT_THAT(told(asking, "UnderstudyApprovalNeeded"), HasSubstr("Evidence: api down"));
    EXPECT_THAT(told(asking, "UnderstudyApprovalNeeded"), HasSubstr("understudy approve 1 --plan"));
}

TEST(Told, WhoCannotReachTheOldPlaneHearsHowToFenceItByHand)
{
    RunWorld world;
    world.planes["east"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    const auto text = told(world, "UnderstudyNeedsHuman");
    EXPECT_THAT(text, HasSubstr("kubectl --context east -n tsb scale deployment tsb --replicas=0"));
    EXPECT_THAT(text, HasSubstr("kubectl --context east -n tsb scale deployment iam --replicas=0"));
    EXPECT_THAT(text, HasSubstr("understudy abort 1"));
    EXPECT_THAT(text, Not(HasSubstr("understudy undo")));
}

/// Another installation acts: nobody must be told to do its work a second time.
TEST(Told, AForeignRecordNamesTheTakeoverAndNoStep)
{
    RunWorld world;
    world.claim_for("bastion-2", 1);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), HasSubstr("understudy takeover"));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), Not(HasSubstr("kubectl")));
}

/// Whoever wrote the newer record, the parked run can never go on.
TEST(Told, AfterATakeOverTheParkedRunIsEndedAndNotResumed)
{
    RunWorld world;
    world.claim_for("bastion-2", 7);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    const auto text = told(world, "UnderstudyNeedsHuman");
    EXPECT_THAT(text, HasSubstr("then `understudy abort 1` and a new `understudy failover`."));
    EXPECT_THAT(text, Not(HasSubstr("resume")));
}

/// Somebody starts the old plane again right before the promotion, and it cannot be stopped.
TEST(Told, NobodyHearsHowToPromoteBeforeHearingHowToFence)
{
    RunWorld world;
    world.after_each = [&] {
        if (world.runs().ledger().open_run() == nullptr)
            return;
        const auto cursor = world.run().cursor();
        if (world.run().plan().steps[cursor].point_of_no_return)
            world.planes["east"].replicas["tsb"] = 1;
    };
    world.fate = [&](const run_effect::Perform& effect) {
        return effect.operation.kind == OperationKind::scale && effect.attempt > 1 ? Fate::refused
                                                                                   : Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }, 30min));
    const auto text = told(world, "UnderstudyNeedsHuman");
    const auto fence = text.find("--context east -n tsb scale deployment tsb --replicas=0");
    const auto promotion = text.find("--context west -n tsb patch");
    ASSERT_NE(fence, std::string::npos) << text;
    ASSERT_NE(promotion, std::string::npos) << text;
    EXPECT_LT(fence, promotion);
}

TEST(Told, ThatTheJournalHasNoRoomForARun)
{
    RunWorld world;
    EXPECT_FALSE(world.fires("UnderstudyActingImpossible"));
    world.make_room("the disk is full");
    EXPECT_TRUE(world.fires("UnderstudyActingImpossible"));
    world.make_room("");
    world.run_for(1min);
    EXPECT_FALSE(world.fires("UnderstudyActingImpossible"));
}

TEST(Told, ThatAHoldIsAboutToEnd)
{
    RunWorld world;
    world.run_for(1s);
    ASSERT_TRUE(world.ask({.verb = "hold", .reason = "work", .duration = 20min}).ok);
    world.run_for(9min);
    EXPECT_FALSE(world.fires("UnderstudyHoldExpiring"));
    world.run_for(2min);
    EXPECT_TRUE(world.fires("UnderstudyHoldExpiring"));
    world.run_for(10min);
    EXPECT_FALSE(world.fires("UnderstudyHoldExpiring"));
}

TEST(Told, ThatAStepIsStuckAndWhatItWouldTakeByHand)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyRunStuck"); }, 20min));
    EXPECT_THAT(told(world, "UnderstudyRunStuck"), HasSubstr("By hand:\n  kubectl"));
}

TEST(Told, TheMissingControlPlanesByName)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.planes["west"].followers_astray = 1;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min));
    EXPECT_THAT(
        told(world, "UnderstudyRunDegraded"),
        HasSubstr("Control planes that did not come: c2. Missing: west/tsb-postgres."));
}

TEST(Told, NoStepByHandWhileTheGatesAreClosedOrAnotherActsOrNothingIsLeft)
{
    RunWorld done;
    done.fail_active();
    ASSERT_TRUE(done.run_to_end());
    EXPECT_THAT(manual_commands(done.run()), IsEmpty());

    RunWorld waiting;
    waiting.planes["east"].reachable = false;
    waiting.fail_active();
    ASSERT_TRUE(waiting.run_until([&] { return waiting.fires("UnderstudyNeedsHuman"); }));
    auto run = waiting.run();
    EXPECT_THAT(manual_commands(run), Not(IsEmpty()));
    run.why = std::string(gates_have_closed) + "standby_fresh";
    EXPECT_THAT(manual_commands(run), IsEmpty());
    run.why = std::string(record_is_foreign) + "bastion-2";
    EXPECT_THAT(manual_commands(run), IsEmpty());
}

/// What the command line shows of an installation at work.
TEST(Told, TheHoldWhatIsBeingDoneAndWhatIsOwed)
{
    RunWorld world(settings_with_waiver());
    world.fail_active(true);
    ASSERT_TRUE(world.run_until([&] { return !world.effects.empty(); }));
    EXPECT_THAT(world.report().doing, Not(IsEmpty()));
    EXPECT_THAT(world.report().obligations, IsEmpty());
    ASSERT_TRUE(world.run_to_end()) << story(world);
    world.run_for(1s);
    const auto owing = world.report();
    ASSERT_EQ(owing.obligations.size(), 2U);
    for (const auto& obligation : owing.obligations)
        EXPECT_TRUE(owing.doing.contains(obligation.owed.id));
    EXPECT_FALSE(owing.hold);
    ASSERT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 1h}).ok);
    ASSERT_TRUE(world.report().hold);
    EXPECT_EQ(world.report().hold->reason, "upgrade");
}

/// The configuration is read again: who we are stays, what we may do changes.
TEST(Told, AReloadMayForbidToActButNotChangeTheInstance)
{
    RunWorld world;
    auto settings = acting_settings();
    settings.mode = Mode::observe;
    settings.instance = "bastion-2";
    world.reconfigure(settings);
    world.fail_active();
    world.run_for(1min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
    settings.mode = Mode::automatic;
    world.reconfigure(settings);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.planes["west"].record_instance, "bastion-1");
}

/// The configuration's programs run once each, and their own word is all there is.
TEST(Hook, IsRunOnceWithItsOwnDeadline)
{
    auto settings = acting_settings();
    settings.hooks = {HookSettings{"power-off", "fence", false, "/bin/off", "", 25s}};
    RunWorld world(settings);
    std::vector<Duration> deadlines;
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::hook)
            deadlines.push_back(effect.deadline);
        return Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    EXPECT_THAT(deadlines, ElementsAre(25s));
    EXPECT_GT(place_of(world, "hook  power-off"), place_of(world, "scale east iam"));
    EXPECT_LT(place_of(world, "hook  power-off"), place_of(world, "promote west managementplane"));
}

/// A program that switches the name has the time that the settings give it, and no more.
TEST(NameHook, HasItsOwnDeadline)
{
    auto settings = acting_settings();
    settings.name_hook = HookSettings{"dns", "switch-name", true, "/bin/dns", "11", 25s};
    RunWorld world(settings);
    Duration deadline{};
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::switch_name)
            deadline = effect.deadline;
        else
            EXPECT_EQ(effect.deadline, settings.effect.deadline);
        return Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    EXPECT_EQ(deadline, 25s);
}

}  // namespace
}  // namespace understudy::core::testing
