/// The world looks dead when we were not looking: stalls, lost packets and clocks must never make a
/// verdict `failed`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;

WatchSettings default_settings()
{
    auto settings = fast_settings();
    settings.detector = DetectorSettings{};
    for (auto& probe : settings.probes) {
        probe.interval = 5s;
        probe.burst_interval = 1s;
    }
    return settings;
}

class Profiles : public ::testing::TestWithParam<bool> {
protected:
    static WatchSettings settings() { return GetParam() ? fast_settings() : default_settings(); }
};
INSTANTIATE_TEST_SUITE_P(Stalls, Profiles, ::testing::Bool(), [](const auto& test) {
    return test.param ? "fast" : "default_";
});

TEST_P(Profiles, AStallOfTwoSecondsEachMinuteIsNeverAFailure)
{
    Scenario s(settings());
    s.run_for(30s);
    for (int minute = 0; minute < 60; ++minute) {
        s.stand_still(2s);
        EXPECT_THAT(s.report().blind_because, HasSubstr("stood still"));
        s.run_for(58s + minute * 37ms);
        EXPECT_EQ(s.report().blind_because, "");
    }
    EXPECT_FALSE(s.ever_failed());
}

TEST_P(Profiles, AStallWhileThePlaneStandsStillTooIsNeverAFailure)
{
    Scenario s(settings());
    s.run_for(30s);
    for (int minute = 0; minute < 10; ++minute) {
        for (const auto* probe : {"east/api", "east/agents", "east/promql"})
            s.answer(probe, silence(Reason::timeout));
        s.run_for(2s);
        s.stand_still(2s);
        s.heal();
        s.run_for(56s);
    }
    EXPECT_FALSE(s.ever_failed());
}

/// Each execution of each probe loses its packet with the given probability, independently.
void lose_packets(Scenario& s, std::mt19937_64& dice, double share)
{
    for (const auto& probe : s.watch().settings().probes) {
        s.answer(probe.id, [&s, &dice, share, id = probe.id, purpose = probe.purpose](Now now) {
            if (std::uniform_real_distribution<>(0, 1)(dice) >= share)
                return s.healthy(id, now);
            const auto reason =
                purpose == Purpose::clients ? Reason::unreachable_witness : Reason::connect_timeout;
            return taking(Outcome(reason), 1s);
        });
    }
}

/// Hours of virtual time; a soak asks for more of them.
Duration simulated_time()
{
    const auto* hours = std::getenv("UNDERSTUDY_SIMULATED_HOURS");
    return hours == nullptr ? Duration(1h) : std::chrono::hours(std::atoi(hours));
}

TEST_P(Profiles, OnePercentLossIsNeverAFailure)
{
    constexpr std::uint64_t seed = 20261123;
    std::mt19937_64 dice(seed);
    Scenario s(settings());
    s.run_for(10s);
    lose_packets(s, dice, 0.01);
    s.run_for(simulated_time());
    EXPECT_FALSE(s.ever_failed()) << "seed " << seed;
    EXPECT_EQ(s.raised("UnderstudyPlaneFailed"), 0);
    EXPECT_EQ(s.raised("UnderstudyWouldFailOver"), 0);
}

TEST(Stalls, OutcomesOfTheStallDoNotCountEvenBeforeTheWakeUp)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(Reason::status, 900ms));
    ASSERT_TRUE(s.run_until(2s, [&] { return s.starts["east/api"].back() == s.now().instant; }));
    s.stand_still(2s);
    EXPECT_THAT(s.said, Contains(HasSubstr("our own event loop stood still for")));
    EXPECT_FALSE(s.plane().suspect_since) << "one failure that counts would begin a suspicion";
    EXPECT_FALSE(s.plane().bursting);
    s.run_for(2s);
    EXPECT_TRUE(s.plane().suspect_since) << "what is seen afterwards counts";
}

TEST(Stalls, AShortDelayIsNoStall)
{
    Scenario s;
    s.run_for(20s);
    s.stand_still(450ms);
    EXPECT_EQ(s.report().blind_because, "");
}

TEST(Stalls, AStallIsNoticedThoughThePromisedWakeUpWasFarAway)
{
    auto settings = fast_settings();
    for (auto& probe : settings.probes)
        probe.interval = 1min;
    Scenario s(settings);
    s.run_for(2min);
    for (int i = 0; i < 20; ++i) {
        s.run_for(20s + i * 50ms);
        s.stand_still(1100ms);
        EXPECT_NE(s.report().blind_because, "") << "twice the limit is always enough";
    }
}

TEST(Stalls, RestartTheConfirmation)
{
    auto settings = fast_settings();
    settings.detector.confirm = 20s;
    Scenario s(settings);
    s.run_for(20s);
    s.answer("east/api", always(Reason::status));
    s.answer("east/deployments", always(Reason::not_available));
    s.run_for(18s);
    EXPECT_TRUE(s.plane().failed_since);
    s.stand_still(2s);
    EXPECT_FALSE(s.plane().failed_since);
    s.run_for(23s);
    EXPECT_EQ(s.judgement().verdict, Verdict::failed);
    EXPECT_FALSE(s.gate("confirmed").open);
    s.run_for(3s);
    EXPECT_TRUE(s.report().would_fail_over) << "and the standby is still compared with what was";
}

TEST(Stalls, DuringALongOutageTheStandbyStaysComparable)
{
    Scenario s;
    s.run_for(20s);
    for (const auto* probe :
         {"east/api", "east/agents", "east/postgres", "east/kubegres", "east/deployments",
          "east/managementplane", "east/keys"})
        s.answer(probe, silence());
    s.stop_exchanges();
    s.run_for(5min);
    ASSERT_TRUE(s.report().would_fail_over);
    s.stand_still(2s);
    s.run_for(20s);
    EXPECT_TRUE(s.gate("standby_fresh").open) << s.gate("standby_fresh").value;
    EXPECT_TRUE(s.report().would_fail_over);
}

TEST(Stalls, NothingIsResolvedAndRaisedAgainByAStall)
{
    auto settings = fast_settings();
    settings.detector.warm_up = 15s;
    Scenario s(settings);
    s.run_for(20s);
    s.answer("east/api", always(Reason::status));
    s.answer("east/deployments", always(Reason::not_available));
    s.run_for(20s);
    for (int i = 0; i < 5; ++i) {
        s.stand_still(2s);
        s.run_for(30s);
    }
    EXPECT_EQ(s.raised("UnderstudyPlaneFailed"), 1);
    EXPECT_EQ(s.resolved("UnderstudyPlaneFailed"), 0);
    EXPECT_EQ(s.raised("UnderstudyFailoverBlocked"), 0) << "waiting is no block";
}

class ClockJump : public ::testing::TestWithParam<Duration> {};
INSTANTIATE_TEST_SUITE_P(
    Stalls,
    ClockJump,
    ::testing::Values(
        Duration(3s),
        Duration(-3s),
        Duration(1h),
        Duration(-1h),
        Duration(87600h),
        Duration(-87600h)));

TEST_P(ClockJump, DiscardsTheWindowAndBlinds)
{
    Scenario s;
    s.run_for(20s);
    s.jump_wall_clock(GetParam());
    s.run_for(1s);
    EXPECT_THAT(s.report().blind_because, HasSubstr("our wall clock jumped by"));
    EXPECT_EQ(s.judgement().reason, "observer_blind");
    s.run_for(10s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    EXPECT_FALSE(s.ever_failed());
}

TEST(Stalls, ASlewedClockIsNoJump)
{
    Scenario s;
    s.run_for(20s);
    for (int i = 0; i < 100; ++i) {
        s.jump_wall_clock(500ms);
        s.run_for(1s);
        EXPECT_EQ(s.report().blind_because, "");
    }
}

}  // namespace
}  // namespace understudy::core
