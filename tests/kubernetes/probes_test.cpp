// What the daemon watches in a plane's cluster and in a workload cluster, as a real server tells
// it.
#include "net/kubernetes_paths.hpp"
#include "probes/exchange_probe.hpp"
#include "probes/kubernetes_probe.hpp"

#include "support/run_coroutine.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "edge_metrics.hpp"
#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using namespace std::chrono_literals;
using core::find_fact;
using core::Reason;
using testing::HasSubstr;

class RealProbes : public ClusterTest {
protected:
    core::Outcome run(probes::KubernetesCheck check)
    {
        probes::KubernetesProbe::Options options;
        options.name_space = name_space_;
        options.check = std::move(check);
        options.timeout = 15s;
        probes::KubernetesProbe probe(cluster_.api, std::move(options));
        return support::run_coroutine(io_, probe.run());
    }
};

TEST_F(RealProbes, ADeploymentIsAvailableWhenItsPodsAreReady)
{
    create_deployment(admin_, name_space_, "tsb");
    EXPECT_TRUE(eventually(
        [&] { return run(probes::DeploymentsCheck{{"tsb"}}).reason == Reason::not_available; }));
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        return run(probes::DeploymentsCheck{{"tsb"}}).reason == Reason::none;
    }));
    EXPECT_EQ(run(probes::DeploymentsCheck{{"tsb", "iam"}}).reason, Reason::missing);
    const auto pods = run(probes::PodsCheck{"tsb", "app=tsb", 1});
    EXPECT_EQ(find_fact<std::int64_t>(pods.facts, "pods/tsb/ready"), 1);
}

TEST_F(RealProbes, TheDatabaseAsItsPodsAndItsResourceTell)
{
    ensure_kinds(admin_);
    create_kubegres(admin_, name_space_);
    create_deployment(admin_, name_space_, "tsb-postgres");
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        return run(probes::DatabasePodsCheck{false}).reason == Reason::none;
    }));
    EXPECT_EQ(run(probes::DatabasePodsCheck{}).reason, Reason::no_primary);
    label_pods(admin_, name_space_, R"({"replicationRole":"primary"})");
    EXPECT_EQ(run(probes::DatabasePodsCheck{}).reason, Reason::none);
    const auto instance = run(probes::KubegresCheck{});
    EXPECT_EQ(instance.reason, Reason::none) << instance.detail;
    EXPECT_EQ(find_fact<bool>(instance.facts, "kubegres/standby"), true);
}

TEST_F(RealProbes, TheManagementPlaneAndItsMaintenance)
{
    ensure_kinds(admin_);
    create_management_plane(admin_, name_space_);
    admin_.merge(
        net::management_plane_path(name_space_, "managementplane"),
        R"({"metadata":{"annotations":{"understudy.dev/maintenance-until":"2026-11-23T04:00:00Z"}}})");
    const auto outcome = run(probes::ManagementPlaneCheck{});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(
        find_fact<std::int64_t>(outcome.facts, "managementplane/maintenance_until"), 1'795'406'400);
}

TEST_F(RealProbes, TheRestoreJobOfAReleaseBefore121)
{
    create_restore_job(admin_, name_space_, "tsb-restore");
    admin_.merge(
        net::cron_job_path(name_space_, "tsb-restore", "v1beta1"), R"({"spec":{"suspend":true}})");
    const auto outcome = run(probes::CronJobsCheck{{"tsb-restore"}});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "cronjob/tsb-restore/suspended"), true);
    EXPECT_EQ(run(probes::CronJobsCheck{{"nope"}}).reason, Reason::none) << "none to tell of";
}

TEST_F(RealProbes, KeyIdsOfSecretsAndAnyField)
{
    create_secret(admin_, name_space_, "iam-signing-key", "key-2026");
    const auto keys = run(probes::KeyIdsCheck{{"iam-signing-key"}});
    EXPECT_EQ(find_fact<std::string>(keys.facts, "secret/iam-signing-key/kid"), "key-2026");
    EXPECT_EQ(run(probes::KeyIdsCheck{{"nope"}}).reason, Reason::missing);
    EXPECT_EQ(
        run(probes::FieldCheck{
                net::secret_path(name_space_, "iam-signing-key"), "/type", R"("Opaque")"})
            .reason,
        Reason::none);
}

TEST_F(RealProbes, KindsThatTheClusterDoesNotHave)
{
    const auto reply = support::run_coroutine(
        io_, cluster_.api->get("/apis/nobody.test/v1/namespaces/x/things/y", 15s));
    EXPECT_EQ(reply.http.status, 404U);
    EXPECT_EQ(reply.http.body, "404 page not found\n");
    EXPECT_TRUE(actions::is_absent(reply));
    const auto object =
        support::run_coroutine(io_, cluster_.api->get(net::secret_path(name_space_, "y"), 15s));
    EXPECT_EQ(object.reason, Reason::missing);
    EXPECT_THAT(object.detail, HasSubstr("secrets \"y\" not found"));
}

TEST_F(RealProbes, AnExchangeIsReadThroughThePodProxy)
{
    create_deployment(admin_, name_space_, "edge");
    const auto page = edge_metrics(io_, now_ms() - 7000);
    probes::ExchangeProbe::Options options;
    options.name_space = name_space_;
    options.timeout = 15s;
    probes::ExchangeProbe probe(cluster_.api, options);
    core::Outcome outcome;
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        outcome = support::run_coroutine(io_, probe.run());
        return outcome.reason == Reason::none;
    })) << outcome.detail;
    const auto age = find_fact<std::int64_t>(outcome.facts, "exchange/age_ms").value_or(0);
    EXPECT_GE(age, 6000);
    EXPECT_LT(age, 20'000);
}

}  // namespace
}  // namespace understudy::kubernetes
