// The operator's programs beside the steps of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::HasSubstr;

constexpr Duration timeout = 60s;

ActingSettings settings_with_hook()
{
    auto settings = acting_settings();
    settings.hooks = {{"page", "promoted", false, "/bin/page", "", timeout}};
    return settings;
}

class RunOfAHook : public ::testing::Test {
protected:
    /// What becomes of the hook; everything else arrives.
    void ends(Fate fate)
    {
        world.fate = [this, fate](const run_effect::Perform& effect) {
            if (effect.operation.kind != OperationKind::hook)
                return Fate::arrives;
            ++started;
            return fate;
        };
    }

    RunWorld world{settings_with_hook()};
    int started = 0;
};

TEST_F(RunOfAHook, ThatEndsWellRunsOnce)
{
    ends(Fate::arrives);
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    EXPECT_EQ(started, 1);
}

TEST_F(RunOfAHook, ThatFailsStopsTheRunAtOnceAndRunsAgainWhenPeopleResumeIt)
{
    ends(Fate::refused);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }, 20s))
        << story(world);
    EXPECT_THAT(world.run().why, HasSubstr("hook-page"));
    world.run_for(10min);
    EXPECT_EQ(started, 1);

    ends(Fate::arrives);
    ASSERT_TRUE(world.ask({.verb = "resume", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    EXPECT_EQ(started, 2);
}

TEST_F(RunOfAHook, ThatAsksForItIsRunAgain)
{
    ends(Fate::refused);
    world.asks_to_wait = 1s;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return started == 3; })) << story(world);
    ends(Fate::arrives);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
}

TEST_F(RunOfAHook, ThatIsKilledAtItsTimeoutHasFailed)
{
    ends(Fate::lost);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }, timeout + 20s))
        << story(world);
    EXPECT_EQ(started, 1);
}

/// It may still run: the next one waits for as long as it was allowed to, and the step for both.
TEST_F(RunOfAHook, WhoseEndNobodyHeardIsRunAgainWhenItsTimeIsOver)
{
    ends(Fate::lost);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return started == 1; })) << story(world);
    const auto first = world.now();
    world.kill();
    ends(Fate::arrives);
    ASSERT_TRUE(world.run_until([&] { return started == 2; }, 3 * timeout)) << story(world);
    EXPECT_GE(world.now() - first, timeout);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
}

}  // namespace
}  // namespace understudy::core::testing
