// What only the whole judge shows: refused credentials, gates, alerts, its words.
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

TEST(Watch, BothPlanesServingAsActiveIsAnAlarm)
{
    Scenario s;
    s.run_for(20s);
    EXPECT_EQ(s.raised("UnderstudyTwoActive"), 0) << "a standby that answers says that it is one";
    s.answer("west/kubegres", always(R::none, 20ms, {{"kubegres/standby", false}}));
    s.run_for(60s);
    EXPECT_EQ(s.raised("UnderstudyTwoActive"), 1);
    EXPECT_TRUE(s.watch().picture(s.now()).two_active);
    s.heal();
    s.run_for(60s);
    EXPECT_EQ(s.resolved("UnderstudyTwoActive"), 1);
}

TEST(Watch, TellsAnOpenRunWhichGatesOfTheWorldHaveClosed)
{
    Scenario s;
    s.run_for(20s);
    EXPECT_EQ(s.watch().picture(s.now()).run, 0U);
    break_east(s);
    s.run_for(60s);
    Acting acting;
    acting.armed = false;
    acting.run = 1;
    s.send(ActingTold{acting});
    auto picture = s.watch().picture(s.now());
    EXPECT_EQ(picture.run, 1U);
    EXPECT_EQ(picture.closed, "") << "what the run closes by being there does not count";
    EXPECT_TRUE(picture.settled);

    s.heal();
    s.run_for(60s);
    picture = s.watch().picture(s.now());
    EXPECT_THAT(picture.closed, HasSubstr("verdict_failed"));
    EXPECT_EQ(picture.closed_asked, "") << "a human may know better";
    EXPECT_TRUE(picture.settled);

    s.stand_still(30s);
    EXPECT_FALSE(s.watch().picture(s.now()).settled) << "after a standstill it has to look first";
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
