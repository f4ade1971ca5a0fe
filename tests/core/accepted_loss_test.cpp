// A standby that would lose something takes over only by the word of a human, and loses no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Loss behind(std::uint64_t bytes = 1U << 20U)
{
    Loss loss;
    loss.gates = {"standby_fresh"};
    loss.bytes = bytes;
    return loss;
}

run_effect::Answer fail_over(RunWorld& world, const std::string& accepted)
{
    run_event::Command command;
    command.verb = "failover";
    command.by = "user ada (uid 7)";
    command.reason = "east burns";
    command.plan_hash = world.hash();
    command.accepted = accepted;
    return world.ask(command);
}

std::string last_alert(const RunWorld& world, const std::string& name)
{
    std::string text;
    for (const auto& change : world.alerts) {
        if (change.alert.name == name)
            text = change.alert.description;
    }
    return text;
}

bool has_run(RunWorld& world) { return !world.runs().ledger().runs().empty(); }

TEST(AcceptedLoss, WithoutAWordForItNothingStarts)
{
    RunWorld world;
    world.loss = behind();
    const auto refused = fail_over(world, "");
    EXPECT_FALSE(refused.ok);
    EXPECT_THAT(refused.text, HasSubstr("standby_fresh"));
    EXPECT_THAT(refused.text, HasSubstr("1048576 bytes"));
    EXPECT_THAT(refused.text, HasSubstr("--accept-loss"));
    EXPECT_FALSE(has_run(world));
}

TEST(AcceptedLoss, GoesThroughAndIsKeptWithItsHuman)
{
    RunWorld world;
    world.loss = behind();
    ASSERT_TRUE(fail_over(world, "an hour of changes").ok);
    EXPECT_TRUE(world.fires("UnderstudyRunStarted"));
    for (const auto* words : {"user ada (uid 7)", "an hour of changes", "1048576 bytes"})
        EXPECT_THAT(last_alert(world, "UnderstudyRunStarted"), HasSubstr(words));
    world.kill();
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done) << world.run().why;
    EXPECT_THAT(last_alert(world, "UnderstudyRunDone"), HasSubstr("an hour of changes"));

    const auto created = std::ranges::find_if(world.journal, [](const Record& record) {
        return std::holds_alternative<RunCreated>(record.body);
    });
    ASSERT_NE(created, world.journal.end());
    const auto read = decode_record(encode(*created));
    ASSERT_TRUE(read);
    const auto& run = std::get<RunCreated>(read->body);
    EXPECT_EQ(run.accepted, "an hour of changes");
    EXPECT_EQ(run.by, "user ada (uid 7)");
    EXPECT_EQ(run.plan.loss, behind());
}

TEST(AcceptedLoss, ThePlanThatStatesAnotherLossIsAnotherPlan)
{
    RunWorld world;
    const auto without = world.hash();
    world.loss = behind();
    const auto with = world.hash();
    EXPECT_NE(without, with);
    run_event::Command command;
    command.verb = "failover";
    command.plan_hash = with;
    command.accepted = "yes";
    world.loss = behind(2U << 20U);
    EXPECT_THAT(world.ask(command).text, HasSubstr("not " + with));
    EXPECT_FALSE(has_run(world));
}

TEST(AcceptedLoss, IsNotAcceptedInAdvance)
{
    RunWorld world;
    EXPECT_THAT(fail_over(world, "whatever it is").text, HasSubstr("would lose nothing"));
    EXPECT_FALSE(has_run(world));
}

TEST(AcceptedLoss, OpensNoOtherGate)
{
    RunWorld world;
    world.loss = behind();
    world.closed_gates = "standby_replicas_ready (1 ready)";
    EXPECT_THAT(fail_over(world, "all of it").text, HasSubstr("standby_replicas_ready"));
    EXPECT_FALSE(has_run(world));
}

/// Not even when the judge hands over a run that is due.
TEST(AcceptedLoss, NothingStartsByItselfInAnyMode)
{
    for (const auto mode : {Mode::observe, Mode::approve, Mode::automatic}) {
        auto settings = acting_settings();
        settings.mode = mode;
        RunWorld world(settings);
        world.loss = behind();
        world.fail_active();
        world.run_for(1min);
        EXPECT_FALSE(has_run(world)) << name_of(mode);
        EXPECT_THAT(world.effects, IsEmpty()) << name_of(mode);
    }
}

TEST(AcceptedLoss, ThatGrowsBeforeAnythingWasChangedEndsTheRun)
{
    auto settings = acting_settings();
    settings.when_unfenceable = WhenUnfenceable::proceed_if_dark;  // the first look takes a while
    settings.waiver = {"Ada", "two sites, one bastion", "2026-11-30"};
    RunWorld world(settings);
    world.loss = behind();
    world.planes["east"].reachable = false;
    ASSERT_TRUE(fail_over(world, "a megabyte").ok);
    world.loss = behind(2U << 20U);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::aborted);
    EXPECT_THAT(world.run().why, HasSubstr("2097152 bytes"));
    EXPECT_THAT(world.run().why, HasSubstr("accepted was standby_fresh"));
    EXPECT_THAT(world.effects, IsEmpty());
}

TEST(AcceptedLoss, ThatGrowsBeforeTheFenceParksTheRunAndFencesNothing)
{
    RunWorld world;
    world.loss = behind();
    ASSERT_TRUE(fail_over(world, "a megabyte").ok);
    ASSERT_TRUE(world.run_until([&] { return !world.effects.empty(); }));
    world.loss->keys = "iam-signing-key differs";
    world.loss->gates.emplace_back("standby_keys_equal");
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::parked; }));
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
    EXPECT_THAT(last_alert(world, "UnderstudyNeedsHuman"), HasSubstr("iam-signing-key differs"));
    EXPECT_THAT(last_alert(world, "UnderstudyNeedsHuman"), HasSubstr("understudy undo 1"));

    EXPECT_TRUE(world.ask({.verb = "resume", .reason = "it will do", .run = 1}).ok);
    world.run_for(1s);
    EXPECT_EQ(world.state(), RunState::parked) << "nobody accepted the rest";
    EXPECT_TRUE(world.ask({.verb = "undo", .reason = "another plan", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end());
    ASSERT_TRUE(fail_over(world, "the keys as well").ok);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(AcceptedLoss, OnceTheOldPlaneIsFencedItIsNotAskedAgain)
{
    RunWorld world;
    world.loss = behind();
    ASSERT_TRUE(fail_over(world, "a megabyte").ok);
    ASSERT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }));
    world.loss = behind(1U << 30U);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(AcceptedLoss, IsAwaitedWhileTheJudgeCannotTell)
{
    RunWorld world;
    world.loss = behind();
    ASSERT_TRUE(fail_over(world, "a megabyte").ok);
    world.loss.reset();
    world.kill();
    world.run_for(1min);
    EXPECT_EQ(world.state(), RunState::running);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
    world.loss = behind();
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(AcceptedLoss, ThatCannotBeToldForLongIsNotGuessed)
{
    RunWorld world;
    world.loss = behind();
    ASSERT_TRUE(fail_over(world, "a megabyte").ok);
    world.loss.reset();
    world.kill();
    world.run_for(acting_settings().quiet_deadline + 1min);
    EXPECT_TRUE(world.state() == RunState::aborted || world.state() == RunState::parked);
    EXPECT_THAT(world.run().why, HasSubstr("cannot be told"));
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
}

}  // namespace
}  // namespace understudy::core::testing
