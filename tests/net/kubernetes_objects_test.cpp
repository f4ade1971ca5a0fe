#include "net/kubernetes_objects.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>

namespace understudy::net {
namespace {

using core::find_fact;

constexpr auto available = R"("conditions":[{"type":"Progressing","status":"True"},)"
                           R"({"type":"Available","status":"True"}])";

DeploymentView view(
    const std::string& generation, const std::string& spec, const std::string& status)
{
    return view_deployment(boost::json::parse(
        R"({"metadata":{"name":"tsb","generation":)" + generation + R"(},"spec":)" + spec +
        R"(,"status":)" + status + "}"));
}

std::string status(const std::string& numbers) { return "{" + numbers + "," + available + "}"; }

TEST(Deployment, IsRollingUntilEveryReplicaIsNewAndNoOldOneIsLeft)
{
    const auto settled = R"("observedGeneration":3,"replicas":2,"updatedReplicas":2)";
    const auto two = R"({"replicas":2})";
    EXPECT_FALSE(view("3", two, status(settled)).rolling);
    EXPECT_TRUE(view("4", two, status(settled)).rolling) << "not yet observed";
    EXPECT_TRUE(view("3", R"({"replicas":3})", status(settled)).rolling) << "not yet updated";
    EXPECT_TRUE(view("3", two, status(R"("observedGeneration":3,"replicas":3,"updatedReplicas":2)"))
                    .rolling)
        << "an old one is left";
    EXPECT_FALSE(view("3", R"({"replicas":0})", status(R"("observedGeneration":3)")).rolling)
        << "scaled to zero: Kubernetes leaves out numbers that are 0";
}

TEST(Deployment, IsAvailableByItsConditionOnly)
{
    const auto down = R"({"conditions":[{"type":"Available","status":"False",)"
                      R"("reason":"MinimumReplicasUnavailable","message":"no minimum"}]})";
    EXPECT_TRUE(view("1", "{}", status(R"("replicas":1)")).available);
    EXPECT_FALSE(view("1", "{}", down).available);
    EXPECT_EQ(view("1", "{}", down).why, "MinimumReplicasUnavailable: no minimum");
    EXPECT_FALSE(view("1", "{}", "{}").available);
    EXPECT_FALSE(view("1", "{}", R"({"conditions":"Available"})").available);
    EXPECT_EQ(view("1", "{}", "{}").replicas, 1) << "the API's default";
}

TEST(Deployment, IsAvailableNowOnlyWhenItsControllerHasSeenTheLastChange)
{
    const auto first = status(R"("observedGeneration":1,"replicas":1)");
    EXPECT_TRUE(view("1", "{}", first).is_available_now());
    EXPECT_EQ(view("1", "{}", first).why, "");
    EXPECT_FALSE(view("2", "{}", first).is_available_now());
    EXPECT_TRUE(view("2", "{}", first).available) << "a controller that hangs is no outage";
    EXPECT_EQ(view("2", "{}", first).why, "its controller has not seen the last change yet");
    EXPECT_FALSE(view("1", "{}", status(R"("replicas":1)")).is_available_now());
}

TEST(Kubegres, AbsentFieldsMeanWhatGoLeavesOut)
{
    core::Facts facts;
    add_kubegres_facts(facts, boost::json::parse(R"({"spec":{"replicas":3}})"));
    EXPECT_EQ(find_fact<bool>(facts, "kubegres/standby"), false);
    EXPECT_EQ(find_fact<std::int64_t>(facts, "kubegres/replicas"), 3);
    EXPECT_EQ(find_fact<std::int64_t>(facts, "kubegres/enforced_replicas"), 0);
    EXPECT_EQ(find_fact<bool>(facts, "kubegres/failover_disabled"), false);
    EXPECT_EQ(find_fact<std::string>(facts, "kubegres/blocking_operation"), "");
}

TEST(Kubegres, ShowsWhatWouldBlockAPromotion)
{
    core::Facts facts;
    add_kubegres_facts(facts, boost::json::parse(R"({
        "spec":{"replicas":2,"standby":{"enabled":true},"failover":{"isDisabled":true}},
        "status":{"enforcedReplicas":2,"blockingOperation":{"operationId":"Replica DB count"}}})"));
    EXPECT_EQ(find_fact<bool>(facts, "kubegres/standby"), true);
    EXPECT_EQ(find_fact<bool>(facts, "kubegres/failover_disabled"), true);
    EXPECT_EQ(find_fact<std::int64_t>(facts, "kubegres/enforced_replicas"), 2);
    EXPECT_EQ(find_fact<std::string>(facts, "kubegres/blocking_operation"), "Replica DB count");
}

struct PlaneCase {
    const char* json;
    std::optional<bool> reconciled;
    std::optional<std::int64_t> maintenance_until;
    bool trouble;
};

TEST(ManagementPlane, ComparesGenerationsOfEitherTypeAndReadsTheAnnotation)
{
    const std::array cases{
        PlaneCase{
            R"({"metadata":{"generation":10},"status":{"observedGeneration":"10"}})", true, 0,
            false},
        PlaneCase{
            R"({"metadata":{"generation":10},"status":{"observedGeneration":10}})", true, 0, false},
        PlaneCase{
            R"({"metadata":{"generation":11},"status":{"observedGeneration":"10"}})", false, 0,
            false},
        PlaneCase{R"({"metadata":{"generation":1}})", std::nullopt, 0, false},
        PlaneCase{
            R"({"metadata":{"annotations":{"understudy.dev/maintenance-until":"2026-11-23T04:00:00Z"}}})",
            std::nullopt, 1795406400, false},
        PlaneCase{
            R"({"metadata":{"annotations":{"understudy.dev/maintenance-until":"1795406400"}}})",
            std::nullopt, 1795406400, false},
        PlaneCase{
            R"({"metadata":{"annotations":{"understudy.dev/maintenance-until":"tomorrow"}}})",
            std::nullopt, std::nullopt, true},
    };
    for (const auto& c : cases) {
        core::Facts facts;
        const auto trouble = add_management_plane_facts(facts, boost::json::parse(c.json));
        EXPECT_EQ(find_fact<bool>(facts, "managementplane/reconciled"), c.reconciled) << c.json;
        EXPECT_EQ(
            find_fact<std::int64_t>(facts, "managementplane/maintenance_until"),
            c.maintenance_until)
            << c.json;
        EXPECT_EQ(!trouble.empty(), c.trouble) << c.json;
    }
}

TEST(CronJob, ShowsItsLastSuccessAndWhetherItIsSuspended)
{
    core::Facts facts;
    add_cron_job_facts(
        facts, "tsb-restore",
        boost::json::parse(
            R"({"spec":{"suspend":true},"status":{"lastSuccessfulTime":"2026-11-23T04:00:00Z"}})"));
    EXPECT_EQ(find_fact<bool>(facts, "cronjob/tsb-restore/suspended"), true);
    EXPECT_EQ(find_fact<std::int64_t>(facts, "cronjob/tsb-restore/last_success"), 1795406400);
}

TEST(Secret, TellsItsKeyIdOnlyWhenThatIsFitToBeShown)
{
    const auto kid = [](const std::string& data) {
        return key_id_of(boost::json::parse(R"({"data":{"kid":")" + data + R"("}})"));
    };
    EXPECT_EQ(kid("a2V5LTE="), "key-1");
    EXPECT_EQ(kid("a2V5LTEK"), "key-1") << "with a newline";
    EXPECT_EQ(kid("!!"), "");
    EXPECT_EQ(kid(""), "");
    EXPECT_EQ(kid("YRtb"), "") << "a control character";
    EXPECT_EQ(key_id_of(boost::json::parse(R"({"data":{"kid":7}})")), "");
    EXPECT_EQ(key_id_of(boost::json::value()), "");
}

}  // namespace
}  // namespace understudy::net
