// Reloads of the configuration, and bursts of probes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using R = Reason;

TEST(Reload, AHundredTimesWhileFailingChangesNothing)
{
    Scenario s;
    Scenario undisturbed;
    for (auto* one : {&s, &undisturbed}) {
        one->run_for(20s);
        break_east(*one);
        one->run_for(20s);
        ASSERT_TRUE(is_failed(*one));
    }
    const auto alerts = s.alerts.size();
    const auto failed_since = s.plane().failed_since;
    for (int i = 0; i < 100; ++i) {
        s.reload(s.watch().settings());
        s.run_for(330ms);
        undisturbed.run_for(330ms);
    }
    EXPECT_EQ(s.alerts.size(), alerts);
    EXPECT_EQ(s.plane().failed_since, failed_since);
    for (const auto& [probe, starts] : s.starts)
        EXPECT_EQ(starts, undisturbed.starts.at(probe)) << probe << " lost its phase";
}

TEST(Reload, OfTheDetectorKeepsWhatWasSeen)
{
    Scenario s;
    s.run_for(20s);
    for (const auto* probe : {"east/api", "east/agents", "east/deployments", "east/postgres"})
        s.answer(probe, silence());
    s.stop_exchanges();
    s.run_for(20s);
    ASSERT_EQ(s.judgement().reason, "clients_confirm");
    auto settings = s.watch().settings();
    settings.detector.confirm = 60s;
    settings.detector.sync_stale = 4s;
    s.after_each = [&] { EXPECT_EQ(s.judgement().reason, "clients_confirm"); };
    s.reload(settings);
    s.run_for(10s);
    EXPECT_FALSE(s.gate("confirmed").open);
}

TEST(Reload, AChangedProbeStartsItsSignalAnew)
{
    Scenario s;
    s.run_for(20s);
    auto settings = s.watch().settings();
    settings.probes[0].fingerprint = "other";
    s.answer("east/api", always(R::none, 900ms));
    s.run_until(
        2s, [&] { return s.in_flight() > 0 && s.starts["east/api"].back() == s.now().instant; });
    s.reload(settings);
    const auto state = [&] {
        for (const auto& signal : s.report().signals) {
            if (signal.id == "east/api")
                return signal;
        }
        return SignalReport{};
    };
    EXPECT_EQ(state().state, SignalState::unknown);
    s.run_until(1s, [&] { return state().last_observed.has_value(); });
    EXPECT_EQ(state().reason, R::stalled) << "what was in flight ran with the old options";
    s.run_for(5s);
    EXPECT_EQ(state().state, SignalState::up);
}

TEST(Reload, AProbeThatIsRemovedAndBackIsNeverRunTwiceAtOnce)
{
    auto quick = fast_settings();
    quick.probes.front().interval = 300ms;
    Scenario s(quick);
    s.run_for(20s);
    s.answer("east/api", always(R::none, 900ms));
    s.run_until(2s, [&] { return s.starts["east/api"].back() == s.now().instant; });
    const auto settings = s.watch().settings();
    auto without = settings;
    without.probes.erase(without.probes.begin());
    for (int i = 0; i < 5; ++i) {
        s.reload(without);
        s.run_for(20ms);
        s.reload(settings);
        s.run_for(150ms);
    }
    s.run_for(10s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    s.reload(without);
    s.run_for(10s);
    EXPECT_EQ(s.judgement().reason, "no_api_evidence");
    s.reload(settings);
    s.run_for(10s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
}

TEST(Reload, PlanesCannotChangeWhileRunning)
{
    Scenario s;
    s.run_for(20s);
    auto settings = s.watch().settings();
    settings.planes[1].name = "north";
    settings.observer = "other";
    s.reload(settings);
    EXPECT_EQ(s.report().observer, "bastion");
    EXPECT_THAT(s.said, Contains(HasSubstr("reload refused")));
    settings.planes[1] = {"west", "other.tsb.test", false};
    s.reload(settings);
    EXPECT_EQ(s.plane("west").host, "other.tsb.test") << "its address may";
}

TEST(Reload, AnOldAnswerOfAnotherRunIsIgnored)
{
    Scenario s;
    s.run_for(20s);
    const auto before = s.report().signals.size();
    s.send(ProbeFinished{"east/api", 999999, Outcome(R::status)});
    s.send(ProbeFinished{"nobody/none", 1, Outcome(R::status)});
    EXPECT_EQ(s.report().signals.size(), before);
    s.run_for(5s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
}

TEST(Burst, TheFirstFailureStartsAllProbesOfThePlaneAtOnce)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/agents", always(R::connect_refused));
    ASSERT_TRUE(s.run_until(2s, [&] { return s.plane().bursting; }));
    for (const auto* probe :
         {"east/api", "east/deployments", "east/postgres", "c1/exchange", "canary-a/tls"})
        EXPECT_LE(s.now().instant - s.starts[probe].back(), 20ms) << probe;
    EXPECT_GT(s.now().instant - s.starts["floating/dns"].back(), 0ms);
    s.run_for(5s);
    EXPECT_FALSE(s.plane().bursting) << "what is down is settled";
}

TEST(Burst, IsOverWhenItWasNothing)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", [&s, first = true](Now now) mutable {
        return std::exchange(first, false) ? Outcome(R::connect_reset) : s.healthy("east/api", now);
    });
    ASSERT_TRUE(s.run_until(2s, [&] { return s.plane().bursting; }));
    ASSERT_TRUE(s.run_until(2s, [&] { return !s.plane().bursting; }));
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    EXPECT_EQ(s.plane().suspect_since, std::nullopt);
}

TEST(Burst, IsBoundedThoughNothingEverSettles)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", [fails = true](Now) mutable {
        fails = !fails;
        return Outcome(fails ? R::status : R::none);
    });
    s.run_for(63s);
    EXPECT_FALSE(s.plane().bursting) << "it ended by its limit";
    Instant burst_again{};
    s.after_each = [&] {
        if (s.plane().bursting)
            burst_again = s.now().instant;
    };
    s.run_for(5min);
    EXPECT_EQ(burst_again, Instant{}) << "and did not begin anew at once";
    s.heal();
    s.run_for(60s);
    s.answer("east/api", always(R::status));
    EXPECT_TRUE(s.run_until(2s, [&] { return s.plane().bursting; })) << "a new suspicion may";
}

TEST(Burst, AProbeThatIsOnlyEverInconclusiveDoesNotProlongIt)
{
    Scenario s;
    s.answer("east/postgres", always(R::credentials));
    s.run_for(20s);
    s.answer("east/agents", always(R::connect_refused));
    ASSERT_TRUE(s.run_until(2s, [&] { return s.plane().bursting; }));
    EXPECT_TRUE(s.run_until(3s, [&] { return !s.plane().bursting; }));
}

TEST(Signals, OneThatNobodyRefreshesIsToldOnce)
{
    Scenario s;
    s.run_for(20s);
    s.said.clear();
    // It is started, and never ends.
    s.answer("east/promql", always(R::none, 1h));
    s.run_for(60s);
    const auto told = HasSubstr("signal east/promql: up -> unknown (stale: ");
    EXPECT_EQ(
        std::ranges::count_if(
            s.said, [](const std::string& text) { return text.starts_with("signal "); }),
        1);
    EXPECT_THAT(s.said, Contains(told));
}

}  // namespace
}  // namespace understudy::core
