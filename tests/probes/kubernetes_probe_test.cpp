#include "probes/kubernetes_probe.hpp"

#include "support/cluster_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::find_fact;
using core::Reason;
using support::http_answer;
using testing::HasSubstr;

std::string deployment(const std::string& name, bool available)
{
    return R"({"metadata":{"name":")" + name +
           R"(","generation":1},"spec":{"replicas":1},"status":{)" +
           R"("observedGeneration":1,"replicas":1,"updatedReplicas":1,"conditions":[{"type":"Available",)" +
           R"("status":")" + (available ? "True" : "False") +
           R"(","reason":"MinimumReplicasUnavailable","message":"Deployment is down"}]}})";
}

std::string list(const std::string& kind, const std::string& items, const std::string& resume = "")
{
    return http_answer(
        200, R"({"kind":")" + kind + R"(List","metadata":{"continue":")" + resume +
                 R"("},"items":[)" + items + "]}");
}

std::string deployments(const std::string& items, const std::string& resume = "")
{
    return list("Deployment", items, resume);
}

std::string pods(const std::string& items) { return list("Pod", items); }

std::string object(const std::string& kind, const std::string& members)
{
    return http_answer(200, R"({"apiVersion":"v1","kind":")" + kind + "\"" + members + "}");
}

std::string ready_pod(const std::string& status = "True", const std::string& role = "replica")
{
    return R"({"metadata":{"name":"p","labels":{"replicationRole":")" + role +
           R"("}},"status":{"conditions":[{"type":"Ready","status":")" + status + R"("}]}})";
}

const auto not_found =
    http_answer(404, R"({"kind":"Status","reason":"NotFound","message":"gone"})");
const auto unknown_kind = http_answer(404, "404 page not found\n");

class KubernetesProbeTest : public support::ClusterTest {
protected:
    core::Outcome run(KubernetesCheck check)
    {
        KubernetesProbe::Options options;
        options.check = std::move(check);
        options.timeout = 10s;
        KubernetesProbe probe(client(), std::move(options));
        return support::run_coroutine(io_, probe.run());
    }
};

TEST_F(KubernetesProbeTest, AllDeploymentsAvailable)
{
    answer_with({deployments(deployment("tsb", true) + "," + deployment("web", false))});
    const auto outcome = run(DeploymentsCheck{{"tsb"}});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "deployment/tsb/available"), true);
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "deployment/tsb/replicas"), 1);
    EXPECT_FALSE(outcome.facts.contains("deployment/web/available")) << "nobody asked for it";
    EXPECT_EQ(
        server_->requests().front().path, "/apis/apps/v1/namespaces/tsb/deployments?limit=500");
    EXPECT_FALSE(outcome.phases.empty());
}

TEST_F(KubernetesProbeTest, NamesEachDeploymentThatIsDown)
{
    answer_with({deployments(deployment("tsb", false) + "," + deployment("iam", false))});
    const auto outcome = run(DeploymentsCheck{{"tsb", "iam"}});
    EXPECT_EQ(outcome.reason, Reason::not_available);
    EXPECT_THAT(
        outcome.detail, HasSubstr("tsb is not Available (MinimumReplicasUnavailable: "
                                  "Deployment is down)"));
    EXPECT_THAT(outcome.detail, HasSubstr("iam is not Available"));
}

TEST_F(KubernetesProbeTest, ADeploymentThatIsNotThereIsMissing)
{
    answer_with({deployments(deployment("tsb", true))});
    const auto outcome = run(DeploymentsCheck{{"tsb", "iam"}});
    EXPECT_EQ(outcome.reason, Reason::missing);
    EXPECT_THAT(outcome.detail, HasSubstr("deployment iam does not exist in namespace tsb"));
    EXPECT_TRUE(outcome.facts.contains("deployment/tsb/available"));
}

TEST_F(KubernetesProbeTest, ReadsFurtherPagesButNotWithoutEnd)
{
    answer_with({deployments("", "a/b"), deployments(deployment("tsb", true))});
    EXPECT_EQ(run(DeploymentsCheck{{"tsb"}}).reason, Reason::none);
    EXPECT_THAT(server_->requests().back().path, HasSubstr("&continue=a%2Fb"));
    answer_with({deployments("", "again")});
    EXPECT_EQ(run(DeploymentsCheck{{"tsb"}}).reason, Reason::missing);
    EXPECT_EQ(server_->requests().size(), 4u);
}

struct TroubleCase {
    const char* name;
    std::string answer;
    Reason reason;
};

class ApiServerTrouble : public KubernetesProbeTest,
                         public testing::WithParamInterface<TroubleCase> {};

TEST_P(ApiServerTrouble, IsNoEvidenceAboutThePlane)
{
    answer_with({GetParam().answer});
    for (const KubernetesCheck& check : std::vector<KubernetesCheck>{
             DeploymentsCheck{{"tsb"}}, PodsCheck{"x", "a=b"}, KubegresCheck{},
             ManagementPlaneCheck{}, CronJobsCheck{{"j"}}, KeyIdsCheck{{"s"}},
             FieldCheck{"/x", "/y", ""}}) {
        const auto outcome = run(check);
        EXPECT_EQ(outcome.reason, GetParam().reason) << outcome.detail;
        EXPECT_EQ(outcome.kind(), core::OutcomeKind::inconclusive);
        EXPECT_TRUE(outcome.facts.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ApiServerTrouble,
    testing::Values(
        TroubleCase{"InternalError", http_answer(500, ""), Reason::unreachable_witness},
        TroubleCase{
            "Unavailable", http_answer(503, R"({"kind":"Status"})"), Reason::unreachable_witness},
        TroubleCase{"Html", http_answer(200, "<html>"), Reason::unreachable_witness},
        TroubleCase{"HtmlNotFound", http_answer(404, "<html>"), Reason::unreachable_witness},
        TroubleCase{
            "TooLarge", http_answer(200, std::string(9 << 20, ' ')), Reason::unreachable_witness},
        TroubleCase{"NoHttp", "SSH-2.0-OpenSSH\r\n\r\n", Reason::unreachable_witness},
        // What a proxy, a captive portal or another service in the API server's place may say.
        TroubleCase{"EmptyObject", http_answer(200, "{}"), Reason::unreachable_witness},
        TroubleCase{"Array", http_answer(200, "[]"), Reason::unreachable_witness},
        TroubleCase{"Null", http_answer(200, "null"), Reason::unreachable_witness},
        TroubleCase{
            "ErrorOfAProxy", http_answer(200, R"({"error":"no upstream"})"),
            Reason::unreachable_witness},
        TroubleCase{
            "ItemsThatAreNoArray", http_answer(200, R"({"items":{}})"),
            Reason::unreachable_witness},
        TroubleCase{
            "ItemsWithoutAKind", http_answer(200, R"({"items":[]})"), Reason::unreachable_witness},
        TroubleCase{
            "StatusWith200", http_answer(200, R"({"kind":"Status","apiVersion":"v1"})"),
            Reason::unreachable_witness},
        TroubleCase{"Unauthorized", http_answer(401, ""), Reason::credentials},
        TroubleCase{"Forbidden", http_answer(403, ""), Reason::credentials},
        TroubleCase{"TooMany", http_answer(429, ""), Reason::rate_limited}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(KubernetesProbeTest, AListOfSomethingElseOrWithoutItemsIsNotHeard)
{
    for (const auto& answer :
         {pods(""), http_answer(200, R"({"kind":"DeploymentList"})"),
          http_answer(200, R"({"kind":"DeploymentList","items":null})"),
          http_answer(200, R"({"kind":"DeploymentList","items":{}})")}) {
        answer_with({answer});
        EXPECT_EQ(run(DeploymentsCheck{{"tsb"}}).reason, Reason::unreachable_witness) << answer;
    }
}

TEST_F(KubernetesProbeTest, SilenceStaysSilence)
{
    KubernetesProbe::Options options;
    options.check = DeploymentsCheck{{"tsb"}};
    KubernetesProbe probe(
        client_at("http://127.0.0.1:" + std::to_string(support::unused_port())), options);
    EXPECT_EQ(support::run_coroutine(io_, probe.run()).reason, Reason::connect_refused);
}

TEST_F(KubernetesProbeTest, CountsReadyPods)
{
    answer_with({pods(ready_pod() + "," + ready_pod("False"))});
    const auto outcome = run(PodsCheck{"primary", "app=tsb-postgres,replicationRole=primary"});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "pods/primary/ready"), 1);
    EXPECT_EQ(
        server_->requests().front().path, "/api/v1/namespaces/tsb/pods?limit=500&labelSelector="
                                          "app%3Dtsb-postgres%2CreplicationRole%3Dprimary");
}

TEST_F(KubernetesProbeTest, TooFewPodsMeanWhatTheSelectorAskedFor)
{
    answer_with({pods(ready_pod("False"))});
    EXPECT_EQ(run(PodsCheck{"p", "replicationRole=primary"}).reason, Reason::no_primary);
    EXPECT_EQ(run(PodsCheck{"p", "app=envoy"}).reason, Reason::not_available);
}

TEST_F(KubernetesProbeTest, KubegresTellsItsState)
{
    answer_with({object("Kubegres", R"(,"spec":{"replicas":2,"standby":{"enabled":true}})")});
    const auto outcome = run(KubegresCheck{});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "kubegres/standby"), true);
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "kubegres/replicas"), 2);
}

TEST_F(KubernetesProbeTest, OneListOfTheDatabasesPodsTellsReadyOnesAndPrimaries)
{
    answer_with({pods(ready_pod() + "," + ready_pod("True", "primary"))});
    const auto outcome = run(DatabasePodsCheck{});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "kubegres/ready_replicas"), 2);
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "kubegres/ready_primaries"), 1);
    EXPECT_EQ(
        server_->requests().front().path,
        "/api/v1/namespaces/tsb/pods?limit=500&labelSelector=app%3Dtsb-postgres");
}

TEST_F(KubernetesProbeTest, APrimaryThatIsNotReadyIsNone)
{
    answer_with({pods(ready_pod() + "," + ready_pod("False", "primary"))});
    const auto outcome = run(DatabasePodsCheck{});
    EXPECT_EQ(outcome.reason, Reason::no_primary);
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "kubegres/ready_replicas"), 1);
    EXPECT_EQ(find_fact<std::int64_t>(outcome.facts, "kubegres/ready_primaries"), 0);
    EXPECT_EQ(run(DatabasePodsCheck{false}).reason, Reason::none) << "any ready pod will do";

    answer_with({pods(ready_pod("False"))});
    EXPECT_EQ(run(DatabasePodsCheck{false}).reason, Reason::not_available);
}

TEST_F(KubernetesProbeTest, WhatTheVariantDoesNotHaveIsNoTrouble)
{
    for (const auto& answer : {not_found, unknown_kind}) {
        answer_with({answer});
        for (const KubernetesCheck& check : std::vector<KubernetesCheck>{
                 KubegresCheck{}, CronJobsCheck{{"tsb-restore", "backup"}}}) {
            const auto outcome = run(check);
            EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
            EXPECT_TRUE(outcome.facts.empty());
        }
    }
}

TEST_F(KubernetesProbeTest, ACronJobIsSoughtWhereOlderClustersHaveIt)
{
    // Release 1.20 has jobs in batch/v1, and says of a CronJob there that it is not found.
    for (const auto& first : {unknown_kind, not_found}) {
        answer_with({first, object("CronJob", R"(,"spec":{"suspend":true})")});
        const auto outcome = run(CronJobsCheck{{"tsb-restore"}});
        EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
        EXPECT_EQ(find_fact<bool>(outcome.facts, "cronjob/tsb-restore/suspended"), true);
        EXPECT_EQ(
            server_->requests().back().path,
            "/apis/batch/v1beta1/namespaces/tsb/cronjobs/tsb-restore");
    }
    answer_with({not_found, not_found});
    const auto outcome = run(CronJobsCheck{{"tsb-restore"}});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_TRUE(outcome.facts.empty());
}

TEST_F(KubernetesProbeTest, AnAnnouncementOfMaintenanceThatCannotBeReadIsSaid)
{
    answer_with({object(
        "ManagementPlane",
        R"(,"metadata":{"annotations":{"understudy.dev/maintenance-until":"soon"}})")});
    const auto outcome = run(ManagementPlaneCheck{});
    EXPECT_EQ(outcome.kind(), core::OutcomeKind::inconclusive);
    EXPECT_THAT(outcome.detail, HasSubstr("'soon'"));
}

TEST_F(KubernetesProbeTest, KeyIdsOfSecrets)
{
    answer_with({object("Secret", R"(,"data":{"kid":"a2V5LTE=","key":"c2VjcmV0"})")});
    const auto outcome = run(KeyIdsCheck{{"iam-signing-key"}});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<std::string>(outcome.facts, "secret/iam-signing-key/kid"), "key-1");
    answer_with({not_found});
    EXPECT_EQ(run(KeyIdsCheck{{"iam-signing-key"}}).reason, Reason::missing);
    answer_with({object("Secret", "")});
    EXPECT_EQ(run(KeyIdsCheck{{"iam-signing-key"}}).reason, Reason::missing);
}

TEST_F(KubernetesProbeTest, KeyIdsOfConfigMapsAreNotEncoded)
{
    answer_with({object("ConfigMap", R"(,"data":{"kid":"a2V5LTE="})")});
    const auto outcome = run(KeyIdsCheck{{"configmap/jwks"}});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<std::string>(outcome.facts, "configmap/jwks/kid"), "a2V5LTE=");
    answer_with({object("Secret", R"(,"data":{"kid":"a2V5LTE="})")});
    EXPECT_NE(run(KeyIdsCheck{{"configmap/jwks"}}).reason, Reason::none) << "another kind";
}

struct FieldCase {
    const char* pointer;
    const char* equals;
    Reason reason;
};

TEST_F(KubernetesProbeTest, AFieldMustHoldItsValue)
{
    answer_with({object("Anything", R"(,"spec":{"replicas":2,"name":"a"})")});
    for (const auto& c : {
             FieldCase{"/spec/replicas", "2", Reason::none},
             FieldCase{"/spec/replicas", "", Reason::none},
             FieldCase{"/spec/replicas", "\"2\"", Reason::field},
             FieldCase{"/spec/replicas", "3", Reason::field},
             FieldCase{"/spec/name", "\"a\"", Reason::none},
             FieldCase{"/spec/nothing", "", Reason::field},
             FieldCase{"no pointer", "", Reason::field},
         })
        EXPECT_EQ(run(FieldCheck{"/apis/x", c.pointer, c.equals}).reason, c.reason) << c.pointer;
    answer_with({not_found});
    EXPECT_EQ(run(FieldCheck{"/apis/x", "/a", ""}).reason, Reason::missing);
}

}  // namespace
}  // namespace understudy::probes
