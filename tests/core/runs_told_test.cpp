// What people are told of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::HasSubstr;
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
    world.planes["west"].has_record = true;
    world.planes["west"].record_instance = "bastion-2";
    world.planes["west"].record_epoch = 1;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), HasSubstr("understudy takeover"));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), Not(HasSubstr("kubectl")));
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
