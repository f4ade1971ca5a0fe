// Control planes whose tokens the new plane refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

/// With tokens that have to be deleted, and a human who knows the plan.
class StaleTokens : public ::testing::Test {
protected:
    void refuse(Tokens tokens)
    {
        for (auto& [name, control_plane] : world.control_planes)
            control_plane.tokens = tokens;
    }
    void ask_for_failover()
    {
        world.fail_active();
        const auto started = world.ask({.verb = "failover", .plan_hash = world.hash()});
        ASSERT_TRUE(started.ok) << started.text;
    }
    run_effect::Answer approve()
    {
        return world.ask({.verb = "approve", .plan_hash = world.run().created.plan_hash, .run = 1});
    }
    static bool is_deletion(const std::string& effect) { return effect.ends_with(" tokens"); }
    std::vector<std::string> deletions() const
    {
        std::vector<std::string> found;
        std::ranges::copy_if(world.effects, std::back_inserter(found), is_deletion);
        return found;
    }
    std::size_t owed() { return world.runs().ledger().obligations().size(); }

    RunWorld world{settings_with_token_deletion()};
};

TEST_F(StaleTokens, AreDeletedInARunThatAHumanAskedFor)
{
    world.control_planes["c2"].tokens = Tokens::stale;
    ask_for_failover();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_THAT(
        restarts_in(world, "c2"), ElementsAre(
                                      "rejoin c2 edge", "rejoin c2 edge operator", "rejoin c2 edge",
                                      "rejoin c2 edge tokens", "rejoin c2 edge"));
    EXPECT_FALSE(world.fires("UnderstudyApprovalNeeded"));
}

TEST_F(StaleTokens, WaitForAHumansWordInARunThatBeganByItself)
{
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyApprovalNeeded"); }))
        << story(world);
    EXPECT_THAT(deletions(), IsEmpty());
    ASSERT_TRUE(approve().ok);
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_THAT(deletions(), ElementsAre("rejoin c2 edge tokens"));
    EXPECT_TRUE(world.run_until([&] { return !world.fires("UnderstudyApprovalNeeded"); }, 10min));
}

TEST_F(StaleTokens, AreDeletedAfterTheRunsEndWhenItIsApprovedThen)
{
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    world.active_serves = true;
    world.run_for(1min);
    EXPECT_THAT(deletions(), IsEmpty());
    EXPECT_TRUE(world.fires("UnderstudyApprovalNeeded"));
    ASSERT_TRUE(approve().ok);
    EXPECT_TRUE(world.run_until([&] { return owed() == 0; })) << story(world);
    EXPECT_THAT(deletions(), ElementsAre("rejoin c2 edge tokens"));
    EXPECT_TRUE(world.run_until([&] { return !world.fires("UnderstudyApprovalNeeded"); }, 10min));
    EXPECT_FALSE(approve().ok) << "once is enough";
}

TEST_F(StaleTokens, OfAPlanThatDeletesNoneNeedNoApproval)
{
    RunWorld other(settings_with_token_help());
    other.control_planes["c2"].tokens = Tokens::stale;
    other.fail_active();
    ASSERT_TRUE(other.run_to_end(30min)) << story(other);
    const auto answer =
        other.ask({.verb = "approve", .plan_hash = other.run().created.plan_hash, .run = 1});
    EXPECT_FALSE(answer.ok);
    EXPECT_THAT(answer.text, HasSubstr("does not wait for approval"));
}

TEST_F(StaleTokens, AreNotDeletedByTheApprovalOfAnotherPlan)
{
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyApprovalNeeded"); }))
        << story(world);
    EXPECT_FALSE(world.ask({.verb = "approve", .plan_hash = "beef", .run = 1}).ok);
    world.run_for(10s);
    EXPECT_THAT(deletions(), IsEmpty());
}

TEST_F(StaleTokens, OfOneControlPlaneGoFirst)
{
    refuse(Tokens::stale);
    std::size_t deleted_before_the_first_came = 0;
    world.after_each = [&] {
        const bool has_one_come = std::ranges::any_of(world.control_planes, [](const auto& entry) {
            return entry.second.tokens == Tokens::valid && !entry.second.reads_refused;
        });
        if (!has_one_come)
            deleted_before_the_first_came = deletions().size();
    };
    ask_for_failover();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_EQ(deleted_before_the_first_came, 1U);
    EXPECT_THAT(deletions(), SizeIs(3));
}

TEST_F(StaleTokens, ThatDeletionDoesNotMendAreDeletedInOneControlPlaneOnce)
{
    refuse(Tokens::refused);
    ask_for_failover();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    world.active_serves = true;
    world.run_for(10min);
    EXPECT_THAT(deletions(), SizeIs(1));
    EXPECT_EQ(owed(), 3U);
}

TEST_F(StaleTokens, AreKeptWhileTheNewPlaneCannotMakeOthers)
{
    world.control_planes["c2"].tokens = Tokens::stale;
    world.new_plane_serves = false;
    ask_for_failover();
    ASSERT_TRUE(world.run_until([&] { return restarts_in(world, "c2").size() == 3; }));
    world.run_for(20s);
    EXPECT_THAT(deletions(), IsEmpty());
    world.new_plane_serves = true;
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
}

/// A clock that stands behind ours makes new tokens look old.
TEST_F(StaleTokens, AreDeletedOnceWhateverTheClusterSaysOfTheirAge)
{
    world.control_planes["c2"].tokens = Tokens::refused;
    world.after_each = [&] { world.control_planes["c2"].tokens_made_at = 1; };
    ask_for_failover();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_THAT(deletions(), SizeIs(1));
}

}  // namespace
}  // namespace understudy::core::testing
