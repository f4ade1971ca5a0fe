/// What only the whole judge shows: memory, reloads, bursts, refused credentials, its words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using R = Reason;

void break_east(Scenario& s)
{
    s.answer("east/api", always(R::status));
    s.answer("east/deployments", always(R::not_available));
}

bool is_failed(const Scenario& s) { return s.judgement().verdict == Verdict::failed; }

TEST(Watch, BeforeTheFirstOutcomeItSaysSo)
{
    Scenario s;
    EXPECT_EQ(s.judgement().reason, "not_yet_judged");
    EXPECT_FALSE(s.report().would_fail_over);
    EXPECT_TRUE(s.alerts.empty());
}

TEST(Watch, AStartIsQuiet)
{
    Scenario s;
    s.run_for(60s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    EXPECT_TRUE(s.alerts.empty()) << s.alerts.front().alert.name;
    EXPECT_FALSE(s.plane().bursting);
}

TEST(Watch, ReportsWhatItIs)
{
    Scenario s;
    s.run_for(20s);
    const auto report = s.report();
    EXPECT_EQ(report.observer, "bastion");
    EXPECT_EQ(report.floating_answer, "east.tsb.test");
    EXPECT_EQ(report.canary_domains_seen, 2);
    EXPECT_EQ(report.canary_domains, 2);
    EXPECT_EQ(report.planes[0].role, Role::active);
    EXPECT_EQ(report.planes[1].role, Role::standby);
    EXPECT_EQ(report.control_planes.size(), 3U);
    EXPECT_EQ(report.signals.size(), s.watch().settings().probes.size());
    EXPECT_TRUE(report.standby.ready());
}

// ---- memory

TEST(Memory, TheFirstStartTakesTheRoleFromTheConfigurationAndRemembersIt)
{
    Scenario s;
    EXPECT_EQ(s.memory.at("role/active"), "east");
}

TEST(Memory, WithoutAnInitiallyActiveTheFirstPlaneIsTaken)
{
    auto settings = fast_settings();
    settings.planes[0].initially_active = false;
    EXPECT_EQ(Scenario(settings).memory.at("role/active"), "east");
}

TEST(Memory, TheRecordWinsOverTheConfiguration)
{
    Scenario s(fast_settings(), {{"role/active", "west"}});
    EXPECT_EQ(s.report().roles.active, "west");
    EXPECT_FALSE(s.memory.contains("role/active")) << "nothing new to remember";
}

TEST(Memory, ARecordOfAPlaneThatIsNotConfiguredIsAConflictAndIsKept)
{
    Scenario s(fast_settings(), {{"role/active", "north"}, {"junk", "x"}, {"fact/east/a", "bad"}});
    s.run_for(30s);
    EXPECT_THAT(s.report().roles.conflict, HasSubstr("north"));
    EXPECT_EQ(s.plane().role, Role::unknown);
    EXPECT_FALSE(s.gate("roles_known").open);
    EXPECT_EQ(s.raised("UnderstudyRoleConflict"), 1);
    EXPECT_FALSE(s.memory.contains("role/active")) << "the record is older than the file's guess";
    EXPECT_THAT(s.said, Not(Contains(HasSubstr("first start"))));
}

TEST(Memory, WhoIsToldWhichPlaneIsActiveForgetsTheOneThatIsNotConfigured)
{
    Scenario s(fast_settings(), {{"role/active", "north"}});
    s.run_for(5s);
    ASSERT_NE(s.report().roles.conflict, "");
    s.send(RolesMoved{"east"});
    s.run_for(5s);
    EXPECT_EQ(s.report().roles.conflict, "");
    EXPECT_EQ(s.memory.at("role/active"), "east");
}

TEST(Memory, MaintenanceHoldsAfterARestartThoughTheApiServerVanished)
{
    Scenario before;
    before.run_for(10s);
    before.answer(
        "east/deployments", always(R::none, 20ms, {{"deployment/tsb/replicas", std::int64_t{0}}}));
    before.run_for(10s);

    Scenario after(fast_settings(), before.remembered(), 1min);
    after.answer("east/deployments", silence());
    after.answer("east/managementplane", silence());
    after.answer("east/api", always(R::status));
    after.answer("east/postgres", always(R::no_primary));
    after.run_for(30s);
    EXPECT_EQ(after.judgement().reason, "maintenance");
    EXPECT_EQ(after.judgement().detail, "deployment tsb was scaled to 0");
}

TEST(Memory, AnActiveThatDiedBeforeTheRestartIsStillComparedWith)
{
    Scenario before;
    before.run_for(30s);
    Scenario after(fast_settings(), before.remembered(), 40s);
    for (const auto* probe :
         {"east/api", "east/agents", "east/postgres", "east/kubegres", "east/deployments",
          "east/managementplane", "east/keys", "east/certificate"})
        after.answer(probe, silence());
    after.stop_exchanges();
    after.run_for(30s);
    EXPECT_EQ(after.judgement().reason, "clients_confirm");
    EXPECT_TRUE(after.report().standby.ready()) << after.report().standby.first_unmet()->name;
    EXPECT_TRUE(after.report().would_fail_over);
}

/// What the standby's replicas tell while nobody sends them anything.
Outcome not_streaming(Now now)
{
    auto facts = part(standby_facts(now), {"postgres/"});
    for (auto& [name, value] : facts) {
        if (name.ends_with("/streaming"))
            value = false;
    }
    return with_facts(taking(Outcome(Reason::none), 20ms), std::move(facts));
}

TEST(Memory, WhetherTheReplicasStreamedUntilTheActiveDiedIsKnownAfterARestart)
{
    Scenario before;
    before.run_for(30s);
    for (const auto& [started, streams] : {std::pair(40s, true), std::pair(200s, false)}) {
        Scenario after(fast_settings(), before.remembered(), started);
        break_east(after);
        after.answer("west/postgres", not_streaming);
        after.run_for(10s);
        EXPECT_EQ(after.report().standby.ready(), streams) << started.count();
    }
}

TEST(Memory, AStandbyKnownOnlyFromBeforeTheRestartIsNotReady)
{
    Scenario before;
    before.run_for(30s);
    Scenario after(fast_settings(), before.remembered(), 40s);
    for (const auto* probe :
         {"west/kubegres", "west/postgres", "west/keys", "west/certificate",
          "west/managementplane"})
        after.answer(probe, always(R::credentials));
    after.run_for(30s);
    EXPECT_FALSE(after.report().standby.ready());
    EXPECT_EQ(after.judgement("west").reason, "standby_not_ready");
}

TEST(Memory, AnAlertThatFiredBeforeTheRestartIsResolvedOnce)
{
    auto settings = fast_settings();
    settings.detector.warm_up = 20s;
    Scenario s(settings);
    s.watch().recall_alert(
        {"UnderstudyPlaneFailed", "east", Severity::critical, "", "", {}}, moment(-1h).wall);
    s.run_for(60s);
    EXPECT_EQ(s.raised("UnderstudyPlaneFailed"), 0);
    EXPECT_EQ(s.resolved("UnderstudyPlaneFailed"), 1);
    EXPECT_GE(s.alerts.front().ends_at.value(), moment(s.watch().settings().detector.warm_up).wall);
}

// ---- reloads

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

// ---- bursts

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

// ---- credentials

TEST(Credentials, RefusedForLongWithAHealthyPlaneAreOurs)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(R::credentials));
    s.run_for(20s);
    EXPECT_EQ(s.judgement().reason, "no_api_evidence");
    EXPECT_EQ(s.raised("UnderstudyCredentialsRefused"), 1);
    s.run_for(15min);
    s.answer("east/deployments", always(R::not_available));
    s.run_for(30s);
    EXPECT_EQ(s.judgement().reason, "no_api_evidence") << "they worked long ago";
}

TEST(Credentials, ThatHaveRunOutNeverCount)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(R::credentials_expired));
    s.answer("east/deployments", always(R::not_available));
    s.run_for(30s);
    EXPECT_EQ(s.judgement().reason, "no_api_evidence");
    EXPECT_EQ(s.raised("UnderstudyCredentialsRefused"), 1);
}

TEST(Credentials, WhatOnceCountedCountsForAsLongAsItLasts)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(R::credentials));
    s.answer("east/deployments", always(R::not_available));
    s.run_for(10s);
    ASSERT_TRUE(is_failed(s));
    s.said.clear();
    s.run_for(12min);
    EXPECT_TRUE(is_failed(s)) << "`minutes ago` is about when it began";
    EXPECT_THAT(s.said, Not(Contains(HasSubstr("failed -> "))));
}

TEST(Credentials, OfAnotherProbeProveNothing)
{
    auto settings = fast_settings();
    auto second = settings.probes.front();
    second.id = "east/api2";
    settings.probes.push_back(second);
    Scenario s(settings);
    s.answer("east/api2", always(R::credentials));
    s.run_for(20s);
    s.answer("east/api", always(R::tls_verify));
    s.answer("east/deployments", always(R::not_available));
    s.run_for(30s);
    EXPECT_EQ(s.judgement().reason, "no_api_evidence") << "the refused one never worked";
}

// ---- gates and alerts of the whole

TEST(Watch, SaysThatItWouldFailOverOnceAndWhy)
{
    Scenario s;
    s.run_for(20s);
    break_east(s);
    s.run_for(60s);
    EXPECT_TRUE(s.report().would_fail_over);
    EXPECT_EQ(s.raised("UnderstudyWouldFailOver"), 1);
    EXPECT_EQ(s.raised("UnderstudyFailoverBlocked"), 0);
    const auto is_announcement = [](const auto& text) {
        return text.starts_with("would fail over");
    };
    EXPECT_EQ(std::ranges::count_if(s.said, is_announcement), 1);
}

TEST(Watch, NotBeforeTheConfirmationHasPassed)
{
    auto settings = fast_settings();
    settings.detector.confirm = 30s;
    Scenario s(settings);
    s.run_for(20s);
    break_east(s);
    ASSERT_TRUE(s.run_until(10s, [&] { return is_failed(s); }));
    const auto took = s.run_until(60s, [&] { return s.report().would_fail_over; });
    ASSERT_TRUE(took);
    EXPECT_GE(*took, 30s);
    EXPECT_LE(*took, 31s);
}

TEST(Watch, AnAnswerOfTheApiClosesTheConfirmation)
{
    Scenario s;
    s.run_for(20s);
    break_east(s);
    s.run_for(20s);
    ASSERT_TRUE(s.report().would_fail_over);
    s.answer("east/api", always(R::none));
    s.run_until(2s, [&] { return !s.report().would_fail_over; });
    EXPECT_TRUE(is_failed(s)) << "damped: one answer is not enough to be healthy";
    EXPECT_EQ(s.gate("confirmed").value, "failed for 0.0 s");
}

TEST(Watch, ABlockedFailoverIsTold)
{
    Scenario s;
    s.run_for(20s);
    s.answer(
        "west/kubegres", always(R::none, 20ms, {{"kubegres/enforced_replicas", std::int64_t{0}}}));
    s.run_for(20s);
    break_east(s);
    s.run_for(60s);
    EXPECT_FALSE(s.report().would_fail_over);
    EXPECT_EQ(s.raised("UnderstudyFailoverBlocked"), 1);
    EXPECT_EQ(s.raised("UnderstudyStandbyNotReady"), 1);
    for (const auto& change : s.report().alerts) {
        if (change.alert.name == "UnderstudyFailoverBlocked") {
            EXPECT_THAT(change.alert.description, HasSubstr("standby_enforced_replicas"));
            EXPECT_THAT(change.alert.description, Not(HasSubstr("mode")));
        }
    }
}

TEST(Watch, LocalRecoveryHoldsBackForABoundedTime)
{
    Scenario s;
    s.run_for(20s);
    break_east(s);
    s.answer(
        "east/kubegres",
        always(R::none, 20ms, {{"kubegres/blocking_operation", std::string("failover")}}));
    s.run_for(9min);
    EXPECT_TRUE(is_failed(s)) << "the verdict stands, the action waits";
    EXPECT_FALSE(s.gate("no_local_recovery").open);
    EXPECT_EQ(s.plane().local_recovery.size(), 1U);
    s.run_for(2min);
    EXPECT_TRUE(s.report().would_fail_over);
}

TEST(Watch, TwoActivesBlock)
{
    Scenario s;
    s.run_for(20s);
    s.answer("west/kubegres", always(R::none, 20ms, {{"kubegres/standby", false}}));
    break_east(s);
    s.run_for(30s);
    EXPECT_EQ(s.plane().role, Role::unknown);
    EXPECT_FALSE(s.gate("one_active").open);
    EXPECT_FALSE(s.gate("roles_known").open);
    EXPECT_EQ(s.raised("UnderstudyRoleConflict"), 1);
    s.heal();
    s.run_for(30s);
    EXPECT_EQ(s.resolved("UnderstudyRoleConflict"), 1);
    EXPECT_THAT(s.said, Contains(HasSubstr("roles agree again")));
}

TEST(Watch, AFloatingNameThatMovedIsAConflict)
{
    Scenario s;
    s.run_for(20s);
    s.answer("floating/dns", always(R::none, 20ms, {{"dns/answer", std::string("west.tsb.test")}}));
    s.run_for(5s);
    EXPECT_EQ(s.report().roles.conflict, "the floating name points to west");
}

TEST(Watch, AnUnreachableStandbyIsUnknown)
{
    Scenario s;
    s.run_for(20s);
    s.answer("west/deployments", silence());
    s.run_for(20s);
    EXPECT_EQ(s.judgement("west").reason, "standby_unreachable");
    break_east(s);
    s.run_for(20s);
    EXPECT_FALSE(s.gate("standby_reachable").open);
    EXPECT_FALSE(s.report().would_fail_over);
}

TEST(Watch, ARecordThatIsNotDurableBlocks)
{
    Scenario s;
    s.run_for(20s);
    s.send(StoreFailed{"disk full"});
    s.send(StoreFailed{"still full"});
    break_east(s);
    s.run_for(30s);
    EXPECT_FALSE(s.report().would_fail_over);
    EXPECT_EQ(s.gate("record_durable").value, "still full");
    EXPECT_EQ(s.raised("UnderstudyRecordNotDurable"), 1);
    EXPECT_EQ(
        std::ranges::count_if(
            s.said, [](const auto& t) { return t.starts_with("the record is no longer"); }),
        1);
}

TEST(Watch, ACertificateFaultOfBothPlanesIsShared)
{
    Scenario s;
    s.run_for(20s);
    for (const auto* probe : {"east/api", "west/api"})
        s.answer(probe, always(R::tls_expired));
    s.run_for(20s);
    EXPECT_EQ(s.gate("no_shared_fault").value, "both planes: tls_expired");
}

TEST(Watch, CertificatesThatExpireAreTold)
{
    for (const auto& [days, severity] :
         {std::pair{40, Severity::info},
          {29, Severity::warning},
          {6, Severity::critical},
          {-1, Severity::critical}}) {
        Scenario s;
        s.answer(
            "east/certificate",
            always(R::none, 20ms, {{"certificate/not_after", unix_seconds(days * 24h)}}));
        s.run_for(20s);
        EXPECT_EQ(s.raised("UnderstudyCertificateExpires"), days > 30 ? 0 : 1);
        for (const auto& change : s.alerts)
            EXPECT_EQ(change.alert.severity, severity);
    }
}

TEST(Watch, TheAgentsCertificateIsKeptApartFromTheApis)
{
    Scenario s;
    s.answer(
        "east/agents", always(R::none, 20ms, {{"certificate/not_after", unix_seconds(29 * 24h)}}));
    s.run_for(20s);
    ASSERT_EQ(s.raised("UnderstudyCertificateExpires"), 1);
    EXPECT_EQ(s.alerts.front().alert.subject, "east/agents");
}

TEST(Watch, ALongBlindnessIsTold)
{
    Scenario s;
    s.run_for(20s);
    for (const auto* probe : {"canary-a/tls", "canary-b/tls"})
        s.answer(probe, silence());
    s.run_for(30s);
    EXPECT_EQ(s.raised("UnderstudyObserverBlind"), 1);
    EXPECT_EQ(s.raised("UnderstudyPlaneUnknown"), 1);
    EXPECT_EQ(s.judgement("west").reason, "observer_blind");
    break_east(s);
    s.run_for(30s);
    EXPECT_EQ(s.judgement().reason, "observer_blind") << "blind, it withdraws its vote";
    EXPECT_FALSE(s.report().would_fail_over);
}

TEST(Watch, ADegradedPlaneIsTold)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/agents", always(R::connect_refused));
    s.run_for(10s);
    EXPECT_EQ(s.raised("UnderstudyPlaneDegraded"), 1);
    EXPECT_THAT(s.judgement().detail, HasSubstr("agents: east/agents: connect_refused"));
}

TEST(Watch, APlaneThatAnswersAgainServesBeforeItsFailuresAreForgotten)
{
    Scenario s;
    s.run_for(20s);
    const auto serves = [&s] { return s.watch().picture(s.now()).active_serves; };
    EXPECT_TRUE(serves());
    s.answer("east/api", always(R::connect_refused));
    s.run_for(10s);
    EXPECT_FALSE(serves());
    s.heal();
    EXPECT_TRUE(s.run_until(3s, serves));
    EXPECT_EQ(s.judgement().verdict, Verdict::degraded);
    s.answer("east/api", always(R::connect_refused));
    s.run_for(1500ms);
    EXPECT_FALSE(serves()) << "its latest answer was none";
}

TEST(Watch, ABrokenHeldConnectionRunsEveryProbeOfTheActiveAtOnceAndCountsForNothing)
{
    Scenario s;
    s.run_for(20s);
    s.starts.clear();
    s.send(ConnectionBroke{"east"});
    const auto at = s.now().instant;
    for (const auto& signal : s.report().signals) {
        if (signal.target != "east" || s.starts[signal.id].empty())
            continue;
        EXPECT_EQ(s.starts[signal.id].front(), at) << signal.id;
    }
    EXPECT_FALSE(s.starts["east/api"].empty());
    s.run_for(5s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    EXPECT_FALSE(s.plane().bursting);
}

TEST(Watch, ABrokenConnectionToTheStandbyIsNoSuspicion)
{
    Scenario s;
    s.run_for(20s);
    s.starts.clear();
    s.send(ConnectionBroke{"west"});
    EXPECT_TRUE(s.starts["east/api"].empty() || s.starts["west/api"].empty());
    EXPECT_FALSE(s.plane().bursting);
}

/// A human may go against the doubts, and with a word against what is lost; against nothing else.
TEST(Watch, WhatTheStandbyLacksInDataIsNoClosedGateForAHumanButALoss)
{
    Scenario s;
    s.answer(
        "west/keys", always(R::none, 20ms, {{"secret/iam-signing-key/kid", std::string("x")}}));
    s.run_for(20s);
    EXPECT_EQ(s.watch().closed_for("failover"), "");
    EXPECT_THAT(s.watch().closed_for("approve"), HasSubstr("standby_keys_equal"));
    EXPECT_THAT(s.watch().closed_for("rearm"), HasSubstr("standby_keys_equal"));
    EXPECT_THAT(s.watch().decision(s.now()).loss.keys, HasSubstr("iam-signing-key differs"));
    ASSERT_TRUE(s.watch().picture(s.now()).loss);
    EXPECT_EQ(*s.watch().picture(s.now()).loss, s.watch().decision(s.now()).loss);

    s.answer(
        "west/kubegres", always(R::none, 20ms, {{"kubegres/enforced_replicas", std::int64_t{0}}}));
    s.run_for(20s);
    EXPECT_THAT(s.watch().closed_for("failover"), HasSubstr("standby_enforced_replicas"));
    break_east(s);
    s.run_for(1min);
    EXPECT_FALSE(s.watch().due(s.now()));
    EXPECT_THAT(s.report().alerts, Contains(::testing::Truly([](const AlertChange& change) {
                    return change.alert.name == "UnderstudyFailoverBlocked" &&
                           change.alert.description.find("only a human may accept") !=
                               std::string::npos;
                })));
}

TEST(Watch, WhatWouldBeLostIsNotToldBeforeItHasWatchedForAWhile)
{
    Scenario s;
    s.run_for(2s);
    EXPECT_FALSE(s.watch().picture(s.now()).loss);
    s.run_for(20s);
    ASSERT_TRUE(s.watch().picture(s.now()).loss);
    EXPECT_TRUE(s.watch().picture(s.now()).loss->empty());
}

Answer listing(const std::string& listed)
{
    return always(R::none, 20ms, {{"clusters/names", listed}});
}

/// What a sick plane says is not what it holds.
TEST(Watch, RemembersWhatTheActiveHeldWhileItWasHealthyAndOnlyThen)
{
    Scenario s;
    const auto seen = [&s] { return s.watch().decision(s.now()).last_seen; };
    s.answer("east/promql", listing("c1 c2"));
    s.answer("west/promql", listing("c9"));
    s.run_for(20s);
    EXPECT_EQ(seen().cluster_names, (std::vector<std::string>{"c1", "c2"}));
    EXPECT_THAT(s.watch().decision(s.now()).evidence, HasSubstr("its API listed 2 clusters"));
    break_east(s);
    s.run_for(5s);
    s.answer("east/promql", listing(""));
    s.run_for(1min);
    EXPECT_EQ(seen().cluster_names, (std::vector<std::string>{"c1", "c2"}));
    ASSERT_TRUE(seen().at);
    EXPECT_LT(s.now().wall - *seen().at, 70s);
    EXPECT_GT(s.now().wall - *seen().at, 60s);

    Scenario after(fast_settings(), s.remembered(), 1h);
    break_east(after);
    after.run_for(20s);
    const auto recalled = after.watch().decision(after.now()).last_seen;
    EXPECT_EQ(recalled.cluster_names, seen().cluster_names);
    EXPECT_LT(*seen().at - *recalled.at, 15s) << "the age survives a restart";
}

TEST(Watch, OneLineForEachStateChangeNotForEachProbe)
{
    Scenario s;
    s.run_for(20s);
    s.said.clear();
    s.run_for(3min);
    EXPECT_TRUE(s.said.empty()) << s.said.front();
    break_east(s);
    s.run_for(3min);
    EXPECT_LT(s.said.size(), 10U);
    EXPECT_THAT(s.said, Contains(HasSubstr(" -> failed (kubernetes_confirms")));
}

}  // namespace
}  // namespace understudy::core
