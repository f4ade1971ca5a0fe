// What the judge remembers across a restart.
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

TEST(Memory, WhoIsToldNothingNewOfTheRolesForgetsNothing)
{
    Scenario s;
    s.run_for(20s);
    for (const auto* plane : {"east", "north"}) {
        s.said.clear();
        s.send(RolesMoved{plane});
        EXPECT_THAT(s.said, Not(Contains(HasSubstr("the record is changed")))) << plane;
        EXPECT_EQ(s.memory.at("role/active"), "east") << plane;
        EXPECT_TRUE(s.report().standby.ready()) << plane << ": what was seen still counts";
    }
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

void refuse_credentials_and_stop(Scenario& s)
{
    s.answer("east/api", always(R::credentials));
    s.answer("east/deployments", always(R::not_available));
}

TEST(Memory, ThatCredentialsWorkedMinutesAgoIsKnownAfterARestart)
{
    Scenario before;
    before.run_for(30s);
    for (const auto& [started, counts] : {std::pair(40s, true), std::pair(700s, false)}) {
        Scenario after(fast_settings(), before.remembered(), started);
        refuse_credentials_and_stop(after);
        after.run_for(30s);
        EXPECT_EQ(after.judgement().verdict == Verdict::failed, counts) << started.count();
    }
}

TEST(Memory, ThatCredentialsWorkedIsNotSaidOfOthersThatTookTheirPlace)
{
    Scenario before;
    before.run_for(30s);
    Scenario after(fast_settings(), before.remembered(), 40s);
    auto settings = fast_settings();
    settings.probes.front().timeout += 1ms;
    ASSERT_EQ(settings.probes.front().id, "east/api");
    after.send(Reloaded{settings});
    refuse_credentials_and_stop(after);
    after.run_for(30s);
    EXPECT_EQ(after.judgement().reason, "no_api_evidence");
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

}  // namespace
}  // namespace understudy::core
