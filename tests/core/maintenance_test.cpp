#include "core/maintenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;

/// A plane whose facts are told, and asked for what holds.
class Plane {
public:
    void see(const Facts& facts, Duration at)
    {
        knowledge.learn("east", facts, moment(at));
        maintenance.update("east", knowledge, moment(at));
    }
    /// Nothing new is seen: the API server is gone.
    void pass(Duration at) { maintenance.update("east", knowledge, moment(at)); }

    std::string held(Duration at) const
    {
        return join(maintenance.maintenance("east", moment(at).instant));
    }
    std::string healing(Duration at) const
    {
        return join(maintenance.local_recovery("east", moment(at).instant));
    }

    Knowledge knowledge;
    Maintenance maintenance{{"envoy", "iam", "tsb"}, DetectorSettings{}};

private:
    static std::string join(const std::vector<Holding>& holdings)
    {
        std::string text;
        for (const auto& holding : holdings)
            text += (text.empty() ? "" : "; ") + holding.what;
        return text;
    }
};

struct HoldingCase {
    const char* name;
    Facts present;
    Facts ended;
    const char* what;
    std::optional<Duration> bound;
    bool is_recovery;
};
std::ostream& operator<<(std::ostream& out, const HoldingCase& c) { return out << c.name; }
class Holds : public ::testing::TestWithParam<HoldingCase> {
protected:
    std::string what(const Plane& plane, Duration at) const
    {
        return GetParam().is_recovery ? plane.healing(at) : plane.held(at);
    }
    std::string other(const Plane& plane, Duration at) const
    {
        return GetParam().is_recovery ? plane.held(at) : plane.healing(at);
    }
};

const std::int64_t zero = 0;
const std::int64_t one = 1;

INSTANTIATE_TEST_SUITE_P(
    Maintenance,
    Holds,
    ::testing::Values(
        HoldingCase{
            "ScaledToZero",
            {{"deployment/tsb/replicas", zero}},
            {{"deployment/tsb/replicas", one}},
            "deployment tsb was scaled to 0",
            {},
            false},
        HoldingCase{
            "IamScaledToZero",
            {{"deployment/iam/replicas", zero}},
            {{"deployment/iam/replicas", one}},
            "deployment iam was scaled to 0",
            {},
            false},
        HoldingCase{
            "Rollout",
            {{"deployment/envoy/rolling", true}},
            {{"deployment/envoy/rolling", false}},
            "a rollout of deployment envoy is in progress",
            10min,
            false},
        HoldingCase{
            "NotReconciled",
            {{"managementplane/reconciled", false}},
            {{"managementplane/reconciled", true}},
            "the ManagementPlane resource was changed and is not yet reconciled",
            10min,
            false},
        HoldingCase{
            "Announced",
            {{"managementplane/maintenance_until", unix_seconds(100h)}},
            {{"managementplane/maintenance_until", zero}},
            "maintenance is announced by the annotation understudy.dev/maintenance-until",
            {},
            false},
        HoldingCase{
            "KubegresAboutToPromote",
            {{"kubegres/standby", false},
             {"kubegres/failover_disabled", false},
             {"kubegres/ready_replicas", one},
             {"kubegres/ready_primaries", zero}},
            {{"kubegres/ready_primaries", one}},
            "Kubegres has no ready primary and a ready replica to promote",
            10min,
            true},
        HoldingCase{
            "KubegresAtWork",
            {{"kubegres/blocking_operation", std::string("Primary DB count spec enforcement")}},
            {{"kubegres/blocking_operation", std::string()}},
            "Kubegres is working on it: Primary DB count spec enforcement",
            10min,
            true}),
    [](const auto& test) { return test.param.name; });

TEST(Maintenance, WithoutAReplicaToPromoteOrWithoutMayingToThereIsNoLocalRecovery)
{
    const Facts promotes{
        {"kubegres/standby", false},
        {"kubegres/failover_disabled", false},
        {"kubegres/ready_replicas", one},
        {"kubegres/ready_primaries", zero}};
    for (const auto& [fact, value] : Facts{
             {"kubegres/standby", true},
             {"kubegres/failover_disabled", true},
             {"kubegres/ready_replicas", zero},
             {"kubegres/ready_primaries", one}}) {
        auto facts = promotes;
        facts[fact] = value;
        Plane plane;
        plane.see(facts, 0s);
        EXPECT_EQ(plane.healing(0s), "") << fact;
    }
}

TEST_P(Holds, WhileItIsSeen)
{
    Plane plane;
    plane.see(GetParam().present, 0s);
    EXPECT_EQ(what(plane, 0s), GetParam().what);
    EXPECT_EQ(other(plane, 0s), "");
    plane.see(GetParam().ended, 1min);
    EXPECT_EQ(what(plane, 1min), "");
}

TEST_P(Holds, AfterTheApiServerVanishedAndForItsBoundOnly)
{
    Plane plane;
    plane.see(GetParam().present, 0s);
    for (int minute = 1; minute < 10; ++minute)
        plane.pass(minute * 1min);
    EXPECT_EQ(what(plane, 10min - 1ms), GetParam().what);
    EXPECT_EQ(what(plane, 10min), GetParam().bound ? "" : GetParam().what);
}

TEST_P(Holds, WhenOnlyRecalledFromBeforeARestart)
{
    Plane before;
    before.see(GetParam().present, 0s);
    Plane after;
    for (const auto& [key, value] : before.knowledge.take_unsaved())
        EXPECT_TRUE(after.knowledge.recall(key, value));
    after.pass(5s);
    EXPECT_EQ(what(after, 5s), GetParam().what);
}

TEST_P(Holds, SeeingItAgainDoesNotProlongIt)
{
    Plane plane;
    for (int minute = 0; minute <= 12; ++minute)
        plane.see(GetParam().present, minute * 1min);
    EXPECT_EQ(what(plane, 12min), GetParam().bound ? "" : GetParam().what);
}

TEST_P(Holds, AReloadDoesNotProlongItEither)
{
    Plane plane;
    plane.see(GetParam().present, 0s);
    DetectorSettings longer;
    longer.maintenance_max = 20min;
    longer.local_recovery_max = 20min;
    plane.maintenance.reconfigure({"envoy", "iam", "tsb"}, longer);
    plane.pass(15min);
    EXPECT_EQ(what(plane, 15min), GetParam().what) << "the new bound counts from the old beginning";
    plane.pass(20min);
    EXPECT_EQ(what(plane, 20min), GetParam().bound ? "" : GetParam().what);
}

TEST_P(Holds, TheBoundIsShown)
{
    Plane plane;
    plane.see(GetParam().present, 5s);
    const auto all = GetParam().is_recovery
                         ? plane.maintenance.local_recovery("east", moment(6s).instant)
                         : plane.maintenance.maintenance("east", moment(6s).instant);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().until.has_value(), GetParam().bound.has_value());
    if (GetParam().bound) {
        EXPECT_EQ(all.front().until, moment(5s + *GetParam().bound).instant);
    }
}

TEST(Maintenance, NothingKnownHoldsNothing)
{
    Plane plane;
    EXPECT_EQ(plane.held(0s), "");
    plane.see({{"deployment/tsb/replicas", one}, {"deployment/oap/replicas", zero}}, 0s);
    EXPECT_EQ(plane.held(0s), "") << "oap is no deployment of the API";
}

TEST(Maintenance, AnAnnouncementExpires)
{
    Plane plane;
    plane.see({{"managementplane/maintenance_until", unix_seconds(1h)}}, 0s);
    plane.pass(1h - 1s);
    EXPECT_NE(plane.held(1h - 1s), "");
    plane.pass(1h);
    EXPECT_EQ(plane.held(1h), "");
}

TEST(Maintenance, AnAnnouncementGoesByTheClockAsItIsSet)
{
    Plane plane;
    plane.see({{"managementplane/maintenance_until", unix_seconds(1h)}}, 0s);
    plane.pass(2h);
    EXPECT_EQ(plane.held(2h), "");
    plane.pass(30min);
    EXPECT_NE(plane.held(30min), "") << "somebody set our calendar back";
}

TEST(Maintenance, AHostileAnnouncementDoesNotOverflow)
{
    Plane plane;
    const auto most = std::numeric_limits<std::int64_t>::max();
    plane.see({{"managementplane/maintenance_until", most}}, 0s);
    EXPECT_NE(plane.held(0s), "");
    plane.see(
        {{"managementplane/maintenance_until", std::numeric_limits<std::int64_t>::min()}}, 1s);
    EXPECT_EQ(plane.held(1s), "");
}

TEST(Maintenance, ADeploymentThatIsNoLongerWatchedHoldsNothing)
{
    Plane plane;
    plane.see({{"deployment/tsb/replicas", zero}}, 0s);
    plane.maintenance.reconfigure({"envoy", "iam"}, DetectorSettings{});
    plane.pass(1s);
    EXPECT_EQ(plane.held(1s), "");
}

TEST(Maintenance, ARolloutThatEndedAndBeganAgainHasItsOwnBound)
{
    Plane plane;
    plane.see({{"deployment/tsb/rolling", true}}, 0s);
    plane.see({{"deployment/tsb/rolling", false}}, 9min);
    plane.see({{"deployment/tsb/rolling", true}}, 9min + 30s);
    EXPECT_NE(plane.held(15min), "");
}

}  // namespace
}  // namespace understudy::core
