// Control planes whose tokens the new plane refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Tokens, ThatAreRefusedAreRenewedByTheOperatorAndReadByEdge)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c2"].tokens = Tokens::expired;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_THAT(
        restarts_in(world, "c2"),
        ElementsAre("rejoin c2 edge", "rejoin c2 edge operator", "rejoin c2 edge"));
    EXPECT_THAT(restarts_in(world, "c1"), ElementsAre("rejoin c1 edge"));
}

TEST(Tokens, ThatStayRefusedAreLeftToPeopleWithTheCommand)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c2"));
    EXPECT_THAT(restarts_in(world, "c2").size(), 3U) << "one operator, and edge twice";
    const auto& obligations = world.runs().ledger().obligations();
    ASSERT_EQ(obligations.size(), 1U);
    EXPECT_THAT(
        obligations.begin()->second.owed.why,
        HasSubstr("kubectl --context c2 -n istio-system delete secret otel-token oap-token "
                  "ngac-token xcp-edge-central-auth-token"));

    world.active_serves = true;
    world.run_for(1min);
    EXPECT_THAT(restarts_in(world, "c2").size(), 3U) << "nothing new is tried";
    auto& repaired = world.control_planes["c2"];
    repaired.tokens = Tokens::valid;
    repaired.reads_refused = false;
    EXPECT_TRUE(world.run_until([&] { return obligations.empty(); })) << story(world);
}

TEST(Tokens, NobodyIsToldOfAreNotTouched)
{
    RunWorld world;
    world.control_planes["c2"].tokens = Tokens::expired;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(restarts_in(world, "c2"), ElementsAre("rejoin c2 edge"));
}

/// The first to be restarted is only a trial of the restart: what its tokens need is its own
/// matter.
TEST(Tokens, OfTheFirstLaggardDoNotHoldTheOthersUp)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c1"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c1"));
}

/// However many have trouble with their tokens: a step's effects under way are bounded, those that
/// come later in an operation too.
TEST(Tokens, AreRenewedInAsManyClustersAtOnceAsTheStepAllows)
{
    auto settings = settings_with_token_help();
    settings.rejoin_concurrency = 2;
    settings.control_planes = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};
    RunWorld world(settings);
    for (auto& [name, control_plane] : world.control_planes)
        control_plane.tokens = Tokens::expired;
    std::ptrdiff_t most = 0;
    world.after_each = [&] {
        most = std::max(most, std::ranges::count_if(world.control_planes, [&](const auto& entry) {
                            return !entry.second.is_available(world.now());
                        }));
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_EQ(most, 2);
}

}  // namespace
}  // namespace understudy::core::testing
