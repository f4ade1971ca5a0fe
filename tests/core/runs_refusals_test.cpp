// What the executor answers when it does not do what it is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "example_records.hpp"
#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ActingSettings settings_of(Mode mode)
{
    auto settings = acting_settings();
    settings.mode = mode;
    return settings;
}

/// A failover under way that nobody stops.
void start_run(RunWorld& world)
{
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return !world.effects.empty(); }));
}

void finish_run(RunWorld& world)
{
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
}

void park_after_the_promotion(RunWorld& world)
{
    world.fate = [](const run_effect::Perform& effect) {
        return effect.operation.kind == OperationKind::switch_name ? Fate::refused : Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }, 10min));
}

/// Another installation has claimed the world's record; our own run waits for people.
void meet_a_foreign_record(RunWorld& world)
{
    world.claim_for("bastion-9", 7);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
}

void hold_in_the_world(RunWorld& world)
{
    world.planes["west"].hold = "stop, says Ada";
    world.run_for(1s);
}

void ask_for_approval(RunWorld& world)
{
    world.fail_active();
    world.run_for(1s);
    ASSERT_EQ(world.state(), RunState::awaiting_approval);
}

run_event::Command approval_in(const RunWorld& world)
{
    return {.verb = "approve", .plan_hash = world.run().created.plan_hash, .run = 1};
}

struct Refusal {
    const char* name;
    Mode mode;
    std::function<run_event::Command(RunWorld&)> ask;
    const char* words;
};
class Refused : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refused, SaysWhy)
{
    RunWorld world(settings_of(GetParam().mode));
    world.run_for(1s);
    const auto answer = world.ask(GetParam().ask(world));
    EXPECT_FALSE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr(GetParam().words));
}

auto just(run_event::Command command)
{
    return [command](RunWorld&) { return command; };
}
auto after(void (*happened)(RunWorld&), run_event::Command command)
{
    return [=](RunWorld& world) {
        happened(world);
        return command;
    };
}

const auto automatic = Mode::automatic;
const auto approve = Mode::approve;

INSTANTIATE_TEST_SUITE_P(
    Commands,
    Refused,
    ::testing::Values(
        Refusal{"AVerbThatIsNotKnown", automatic, just({.verb = "jump"}), "unknown verb jump"},
        Refusal{
            "AFailoverBesideAnother", automatic, after(start_run, {.verb = "failover"}),
            "run 1 has not ended (running); `understudy show 1`"},
        Refusal{
            "AFailoverWhoseRecordIsForeign", automatic,
            [](RunWorld& world) -> run_event::Command {
                meet_a_foreign_record(world);
                EXPECT_TRUE(world.ask({.verb = "abort", .run = 1}).ok);
                return {.verb = "failover"};
            },
            "`understudy takeover` if that installation is gone for good"},
        Refusal{
            "AFailoverWithoutRoomInTheJournal", automatic,
            [](RunWorld& world) -> run_event::Command {
                world.make_room("the disk is full");
                return {.verb = "failover"};
            },
            "the disk is full"},
        Refusal{
            "AFailoverUnderAHold", automatic, after(hold_in_the_world, {.verb = "failover"}),
            "stop, says Ada; `understudy release`"},
        Refusal{
            "AFailoverThatTheConfigurationForbids", Mode::observe, just({.verb = "failover"}),
            "mode is observe"},
        Refusal{
            "AnApprovalOfNothing", approve, just({.verb = "approve", .run = 7}),
            "run 7 does not wait for approval"},
        Refusal{
            "AnApprovalUnderAHold", approve,
            [](RunWorld& world) {
                ask_for_approval(world);
                hold_in_the_world(world);
                return approval_in(world);
            },
            "held in the standby's cluster: stop, says Ada"},
        Refusal{
            "AnApprovalAfterGatesHaveClosed", approve,
            [](RunWorld& world) {
                ask_for_approval(world);
                world.closed_gates = "standby_fresh";
                return approval_in(world);
            },
            "gates have closed since it was asked: standby_fresh"},
        Refusal{
            "AnAbortOfWhatHasEnded", automatic, after(finish_run, {.verb = "abort", .run = 1}),
            "run 1 is not under way"},
        Refusal{
            "AnAbortAfterThePromotion", automatic,
            after(park_after_the_promotion, {.verb = "abort", .run = 1}),
            "past its point of no return and only goes forward"},
        Refusal{
            "AResumeOfWhatRuns", automatic, after(start_run, {.verb = "resume", .run = 1}),
            "run 1 is not parked"},
        Refusal{
            "AResumeWhoseRecordIsForeign", automatic,
            after(meet_a_foreign_record, {.verb = "resume", .run = 1}),
            "`understudy takeover` first"},
        Refusal{
            "AnUndoOfWhatHasEnded", automatic, after(finish_run, {.verb = "undo", .run = 1}),
            "run 1 is no failover under way"},
        Refusal{
            "AnUndoOfWhatRuns", automatic, after(start_run, {.verb = "undo", .run = 1}),
            "`understudy hold` stops it before its next effect"},
        Refusal{
            "AnUndoAfterThePromotion", automatic,
            after(park_after_the_promotion, {.verb = "undo", .run = 1}),
            "a second failover of a plane whose data have moved on"},
        Refusal{
            "ARearmDuringARun", automatic, after(start_run, {.verb = "rearm"}),
            "run 1 has not ended"},
        Refusal{
            "AHoldOfNoTime", automatic, just({.verb = "hold", .duration = 0s}),
            "more than nothing and at most 30 days"},
        Refusal{
            "AHoldForEver", automatic, just({.verb = "hold", .duration = 31 * 24h}),
            "more than nothing and at most 30 days"},
        Refusal{"AReleaseOfNoHold", automatic, just({.verb = "release"}), "no hold of ours is on"},
        Refusal{
            "AnAdoptionOfNoPlane", automatic, just({.verb = "adopt", .plane = "north"}),
            "no plane is called north"},
        Refusal{
            "AWaiverOfNoFence", automatic, just({.verb = "waive", .plane = "east"}),
            "no fence of east is owed"},
        Refusal{
            "ATakeOverOfOurOwnRecord", automatic, just({.verb = "takeover"}),
            "there is nothing to take over"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Release, TellsOfTheHoldThatIsStillOn)
{
    RunWorld world;
    ASSERT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 1h}).ok);
    hold_in_the_world(world);
    const auto answer = world.ask({.verb = "release"});
    EXPECT_TRUE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr("released, but held in the standby's cluster"));
}

/// A human has switched the old plane off, and signs for it; no restart forgets that.
TEST(Waive, TakesTheFenceOutOfARunThatWaitsForIt)
{
    RunWorld world;
    world.planes["east"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    const auto answer = world.ask({.verb = "waive", .reason = "it is off", .plane = "east"});
    ASSERT_TRUE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr("`understudy resume 1` goes on"));
    world.kill();
    world.run_for(1s);
    ASSERT_TRUE(world.ask({.verb = "resume", .reason = "it is off", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded) << story(world);
    EXPECT_THAT(world.run().missing(), Contains("east/tsb"));
    EXPECT_EQ(place_of(world, "scale east tsb"), -1);
    EXPECT_THAT(world.effects, Contains("promote west managementplane"));
    EXPECT_THAT(world.runs().ledger().obligations(), IsEmpty());
}

/// What people take for gone and is not, is fenced after all.
TEST(Waive, OfAPlaneThatIsBackBeforeThePromotionDoesNotKeepItFromBeingFenced)
{
    RunWorld world;
    world.planes["east"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    ASSERT_TRUE(world.ask({.verb = "waive", .reason = "it is off", .plane = "east"}).ok);
    world.planes["east"].reachable = true;
    ASSERT_TRUE(world.ask({.verb = "resume", .reason = "it is off", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_NE(place_of(world, "scale east tsb"), -1) << story(world);
    EXPECT_LT(place_of(world, "scale east tsb"), place_of(world, "promote west managementplane"));
}

/// The command was understood, but the disk did not take it.
TEST(Journal, ACommandThatItDidNotTakeIsRefused)
{
    RunWorld world;
    world.run_for(1s);
    world.disk_fails = true;
    const auto answer = world.ask({.verb = "hold", .reason = "upgrade", .duration = 1h});
    EXPECT_FALSE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr("disk I/O error"));
}

TEST(Journal, NothingIsWrittenAfterAFailure)
{
    RunWorld world;
    start_run(world);
    const auto records = world.journal.size();
    world.runs().step(
        run_event::JournalFailed{"disk I/O error"}, {world.now(), WallTime(std::chrono::hours(1))});
    world.run_for(1min);
    EXPECT_EQ(world.journal.size(), records) << "not even how the effect under way ended";
}

/// The planes have changed places again since: fencing that one now would be an outage.
TEST(Obligations, OfAPlaneThatIsActiveNoMoreAreVoid)
{
    const Now now{Instant(1h), WallTime(std::chrono::hours(24))};
    Operation fence;
    fence.kind = OperationKind::scale;
    fence.target = "east";
    fence.object = "tsb";
    const std::vector<Record> journal{
        {{}, Opened{"bastion-1"}},
        {{}, ObligationOwed{{1, 4, 0}, "west", fence, "it did not answer"}},
        {{}, RolesSwapped{2, "east", "automatic", "west has failed"}}};
    Runs runs(acting_settings(), {"boot-1", "process"}, test_hash, journal, "", now);
    ASSERT_THAT(runs.report(now).obligations, SizeIs(1));
    runs.step(run_event::Woke{}, now);
    EXPECT_THAT(runs.report(now).obligations, IsEmpty());
}

struct Unusable {
    const char* name;
    std::vector<Record> journal;
    std::string problem;
    const char* words;
};
class UnusableJournal : public ::testing::TestWithParam<Unusable> {};

TEST_P(UnusableJournal, LetsNoRunStart)
{
    const auto& given = GetParam();
    const Now now{Instant(1h), WallTime(std::chrono::hours(24))};
    Runs runs(
        acting_settings(), {"boot-1", "process"}, test_hash, given.journal, given.problem, now);
    runs.step(run_event::WorldHold{true, ""}, now);
    runs.step(run_event::Due{Decision{"east", "west", "failed", "", {}, {}, {}, {}}}, now);
    EXPECT_THAT(runs.ledger().runs(), IsEmpty());
    EXPECT_THAT(runs.report(now).acting.impossible, HasSubstr(given.words));
}

INSTANTIATE_TEST_SUITE_P(
    Journal,
    UnusableJournal,
    ::testing::Values(
        Unusable{"ThatIsNotBelieved", {}, "row 3 was changed", "row 3 was changed"},
        Unusable{
            "OfAnotherInstance",
            {Record{{}, Opened{"bastion-9"}}},
            "",
            "belongs to instance bastion-9, the configuration names bastion-1"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace understudy::core::testing
