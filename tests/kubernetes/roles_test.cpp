// The roles that the project ships: enough for everything that the daemon does, and for no more.
#include "actions/control_plane_tokens.hpp"
#include "actions/cron_job.hpp"
#include "actions/promotion.hpp"
#include "actions/scale.hpp"
#include "actions/world.hpp"
#include "actions/world_record.hpp"
#include "core/acting_settings.hpp"
#include "net/boot_clock.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"
#include "probes/exchange_probe.hpp"
#include "probes/kubernetes_probe.hpp"

#include "support/run_coroutine.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "edge_metrics.hpp"
#include "fixture.hpp"
#include "roles.hpp"

namespace understudy::kubernetes {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using core::Finding;
using core::OperationKind;
using core::Reason;
using testing::HasSubstr;
using Words = std::set<std::string>;

const Role watch_plane{"watch", "plane", "tsb"};
const Role act_plane{"act", "plane", "tsb"};
const Role watch_workload{"watch", "workload", "istio-system"};
const Role act_workload{"act", "workload", "istio-system"};
const Role act_tokens{"act-tokens", "workload", "istio-system"};
const std::array all_roles{watch_plane, act_plane, watch_workload, act_workload, act_tokens};
const std::string tokens = "otel-token,oap-token,ngac-token,xcp-edge-central-auth-token";

/// What a plane and a workload cluster have, of the names in the roles, and neighbours of them.
void create_everything(Admin& admin)
{
    ensure_namespace(admin, "tsb");
    ensure_namespace(admin, "istio-system");
    ensure_kinds(admin);
    for (const auto* name : {"tsb", "iam", "central", "envoy", "oap", "tsb-postgres"})
        create_deployment(admin, "tsb", name);
    create_deployment(admin, "istio-system", "edge");
    create_deployment(admin, "istio-system", "istiod");
    create_restore_job(admin, "tsb", "tsb-restore");
    create_management_plane(admin, "tsb");
    create_kubegres(admin, "tsb");
    for (const auto* name : {"iam-signing-key", "tsb-iam-jwks", "admin-credentials"})
        create_secret(admin, "tsb", name, "key-1");
    for (const auto* name : {"oap-token", "ngac-token", "xcp-edge-central-auth-token", "cacerts"})
        create_secret(admin, "istio-system", name, "key-1");
}

class RealRoles : public ClusterTest {
protected:
    /// Once, for the suites that build on this one as well.
    static void SetUpTestSuite()
    {
        if (!installed().empty())
            return;
        Admin admin(server().admin());
        create_everything(admin);
        for (const auto& role : all_roles)
            installed().emplace(role.purpose + role.place, install(role));
    }

    static std::filesystem::path kubeconfig_of(const Role& role)
    {
        return installed().at(role.purpose + role.place);
    }

    actions::Cluster cluster_of(const Role& role)
    {
        auto cluster = cluster_as(kubeconfig_of(role));
        cluster.name_space = role.name_space;
        return cluster;
    }

    core::Outcome run(const Role& role, probes::KubernetesCheck check)
    {
        probes::KubernetesProbe::Options options;
        options.name_space = role.name_space;
        options.check = std::move(check);
        options.timeout = 15s;
        probes::KubernetesProbe probe(cluster_of(role).api, std::move(options));
        return support::run_coroutine(io_, probe.run());
    }

    core::Outcome run_exchange(const Role& role)
    {
        probes::ExchangeProbe::Options options;
        options.timeout = 15s;
        probes::ExchangeProbe probe(cluster_of(role).api, options);
        return support::run_coroutine(io_, probe.run());
    }

    /// The HTTP status of a request with that role.
    unsigned status(
        const Role& role,
        const std::string& method,
        const std::string& path,
        const std::string& body = {})
    {
        const auto cluster = cluster_of(role);
        if (method == "GET")
            return support::run_coroutine(io_, cluster.api->get_text(path, 15s)).http.status;
        net::KubernetesRequest request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.content_type =
            method == "PATCH" ? "application/merge-patch+json" : "application/json";
        const auto deadline = net::boot_now() + 15s;
        return support::run_coroutine(io_, cluster.api->send(std::move(request), deadline))
            .http.status;
    }

    unsigned touch_as(const Role& role, const std::string& path)
    {
        return status(role, "PATCH", path, R"({"metadata":{"labels":{"touched":"yes"}}})");
    }

private:
    static std::map<std::string, std::filesystem::path>& installed()
    {
        static std::map<std::string, std::filesystem::path> kubeconfigs;
        return kubeconfigs;
    }
};

TEST_F(RealRoles, GrantWhatTheirFilesSayAndNothingElse)
{
    for (const auto& role : all_roles) {
        const auto granted = permissions_of(kubeconfig_of(role), role.name_space);
        const auto everybodys = permissions_of(server().stranger(), role.name_space);
        Words own;
        std::ranges::set_difference(granted, everybodys, std::inserter(own, own.end()));
        EXPECT_EQ(own, permissions_in_role(role)) << role.account() << " of " << role.place;
        EXPECT_EQ(permissions_of(kubeconfig_of(role), "kube-system"), everybodys)
            << role.account() << " elsewhere";
    }
}

TEST_F(RealRoles, WatchingAPlaneReadsAllThatIsWatched)
{
    const auto plane = run(watch_plane, probes::DeploymentsCheck{{"tsb", "iam", "envoy"}});
    EXPECT_TRUE(plane.facts.contains("deployment/tsb/replicas")) << plane.detail;
    const auto pods = run(watch_plane, probes::DatabasePodsCheck{});
    EXPECT_TRUE(pods.facts.contains("kubegres/ready_replicas")) << pods.detail;
    for (const probes::KubernetesCheck& check : std::vector<probes::KubernetesCheck>{
             probes::KubegresCheck{}, probes::ManagementPlaneCheck{},
             probes::CronJobsCheck{{"tsb-restore"}},
             probes::KeyIdsCheck{{"iam-signing-key", "tsb-iam-jwks"}}}) {
        const auto outcome = run(watch_plane, check);
        EXPECT_EQ(outcome.reason, Reason::none) << check.index() << ": " << outcome.detail;
        EXPECT_FALSE(outcome.facts.empty()) << check.index();
    }
}

TEST_F(RealRoles, WatchingAPlaneChangesNothing)
{
    const auto cluster = cluster_of(watch_plane);
    actions::Scale scale(cluster);
    actions::SuspendCronJob suspend(cluster);
    actions::Promote promote(cluster);
    actions::RehearsePromotion rehearse(cluster);
    actions::WorldRecord record(cluster, "bastion-1");
    const std::string patch = R"({"spec":{"example":{"standby":false}}})";
    const std::vector<std::pair<actions::Action*, core::Operation>> all{
        {&scale, operation(OperationKind::scale, "tsb", {{"replicas", "0"}})},
        {&suspend,
         operation(OperationKind::suspend_cron_job, "tsb-restore", {{"suspend", "true"}})},
        {&promote, operation(OperationKind::promote, "managementplane", {{"patch", patch}})},
        {&record, operation(OperationKind::record, "understudy", {{"cursor", "0"}})}};
    core::Facts facts;  // as if it had been read by somebody else
    facts["version"] = "1";
    facts["exists"] = true;
    facts["api_version"] = "v1beta1";
    for (const auto& [action, wanted] : all) {
        const auto effect = perform(*action, wanted, facts);
        EXPECT_EQ(effect.result, EffectResult::refused) << effect.detail;
        EXPECT_THAT(effect.detail, HasSubstr("403"));
    }
    facts["exists"] = false;
    EXPECT_THAT(perform(record, all.back().second, facts).detail, HasSubstr("403"));
    const auto rehearsal =
        operation(OperationKind::rehearse_promotion, "managementplane", {{"patch", patch}});
    EXPECT_EQ(assess(rehearsal, observe(rehearse, rehearsal)).finding, Finding::refused);
}

TEST_F(RealRoles, WatchingAPlaneReadsNoOtherSecret)
{
    for (const auto& role : {watch_plane, act_plane}) {
        EXPECT_EQ(status(role, "GET", net::secret_path("tsb", "admin-credentials")), 403U);
        EXPECT_EQ(status(role, "GET", "/api/v1/namespaces/tsb/secrets"), 403U);
        EXPECT_EQ(status(role, "GET", "/api/v1/secrets"), 403U);
    }
    EXPECT_EQ(status(watch_plane, "GET", net::secret_path("tsb", "iam-signing-key")), 200U);
    EXPECT_EQ(status(act_plane, "GET", net::secret_path("tsb", "iam-signing-key")), 403U);
}

TEST_F(RealRoles, ActingOnAPlaneTouchesItsNamedObjectsAlone)
{
    EXPECT_EQ(touch_as(act_plane, net::deployment_path("tsb", "tsb")), 200U) << "the rule bites";
    EXPECT_EQ(touch_as(act_plane, net::deployment_path("tsb", "oap")), 403U);
    EXPECT_EQ(touch_as(act_plane, net::deployment_path("istio-system", "edge")), 403U);
    EXPECT_EQ(touch_as(act_plane, net::kubegres_path("tsb", "tsb-postgres")), 403U);
    EXPECT_EQ(touch_as(act_plane, net::deployment_path("tsb", "tsb") + "/scale"), 403U);
    EXPECT_EQ(touch_as(act_plane, net::deployment_path("tsb", "tsb") + "/status"), 403U);
    EXPECT_EQ(touch_as(act_plane, net::config_map_path("tsb", "kube-root-ca.crt")), 403U);
    EXPECT_EQ(status(act_plane, "GET", "/api/v1/namespaces/tsb/configmaps"), 403U);
    EXPECT_EQ(status(act_plane, "DELETE", net::deployment_path("tsb", "tsb")), 403U);
    EXPECT_EQ(status(act_plane, "DELETE", "/api/v1/namespaces/tsb/pods"), 403U);
    EXPECT_EQ(status(act_plane, "DELETE", net::config_map_path("tsb", "understudy")), 403U);
    EXPECT_EQ(status(act_plane, "GET", "/api/v1/nodes"), 403U);
}

TEST_F(RealRoles, ActingOnAWorkloadClusterRestartsEdgeAlone)
{
    EXPECT_EQ(touch_as(act_workload, net::deployment_path("istio-system", "edge")), 200U);
    EXPECT_EQ(touch_as(act_workload, net::deployment_path("istio-system", "istiod")), 403U);
    EXPECT_EQ(touch_as(act_workload, net::deployment_path("tsb", "tsb")), 403U);
    EXPECT_EQ(touch_as(watch_workload, net::deployment_path("istio-system", "edge")), 403U);
    EXPECT_EQ(status(act_workload, "DELETE", "/api/v1/namespaces/istio-system/pods"), 403U);
    EXPECT_EQ(status(act_workload, "GET", "/api/v1/namespaces/istio-system/secrets"), 403U);
}

TEST_F(RealRoles, TokensAreDeletedAsTheyWereReadAndNoOtherSecretIs)
{
    auto cluster = cluster_of(act_tokens);
    actions::ControlPlaneTokens keeper(cluster, {});
    auto wanted = operation(OperationKind::rejoin, "edge", {{"tokens", tokens}});
    const auto old = support::run_coroutine(io_, keeper.read(wanted));
    EXPECT_EQ(core::find_fact<std::int64_t>(old, "tokens_missing"), 1) << "there is no otel-token";
    EXPECT_GT(core::find_fact<std::int64_t>(old, "oldest_token"), now_ms() - 3'600'000);

    wanted.parameters["made_until"] = std::to_string(now_ms() + 1000);
    const auto delete_as_read = [&](const core::Facts& facts) {
        actions::Order order;
        order.operation = wanted;
        order.facts = facts;
        order.deadline = net::boot_now() + 15s;
        return support::run_coroutine(io_, keeper.delete_old(order));
    };
    touch(net::secret_path("istio-system", "oap-token"));
    const auto changed = delete_as_read(old);
    EXPECT_EQ(changed.result, EffectResult::refused) << changed.detail;
    EXPECT_THAT(changed.detail, HasSubstr("409"));

    const auto fresh = support::run_coroutine(io_, keeper.read(wanted));
    EXPECT_EQ(delete_as_read(fresh).result, EffectResult::applied);
    EXPECT_EQ(delete_as_read(fresh).result, EffectResult::applied) << "they are gone already";
    const auto gone = support::run_coroutine(io_, keeper.read(wanted));
    EXPECT_EQ(core::find_fact<std::int64_t>(gone, "tokens_missing"), 4);
    EXPECT_EQ(core::find_fact<std::int64_t>(gone, "newest_token"), 0);

    EXPECT_EQ(status(act_tokens, "DELETE", net::secret_path("istio-system", "cacerts")), 403U);
    EXPECT_EQ(status(act_tokens, "GET", "/api/v1/namespaces/istio-system/secrets"), 403U);
    EXPECT_EQ(status(act_workload, "DELETE", net::secret_path("istio-system", "otel-token")), 403U);
}

/// What is asked for is answered, and nothing of what is in the Secret comes along.
TEST_F(RealRoles, TheMetadataOfATokenComesWithoutTheToken)
{
    const auto cluster = cluster_of(watch_plane);
    const auto reply = support::run_coroutine(
        io_, cluster.api->get_metadata(net::secret_path("tsb", "iam-signing-key"), 15s));
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(net::string_at(reply.object, "/kind"), "PartialObjectMetadata");
    EXPECT_EQ(net::string_at(reply.object, "/metadata/name"), "iam-signing-key");
    EXPECT_EQ(net::at(reply.object, "/data"), nullptr);
}

TEST_F(RealRoles, AWorkloadClusterIsReadThroughThePodProxyAndNothingIsSentThere)
{
    const auto page = edge_metrics(io_, now_ms() - 1000);
    for (const auto& role : {watch_workload, act_workload}) {
        core::Outcome outcome;
        EXPECT_TRUE(eventually([&] {
            start_pods(admin_, "istio-system");
            outcome = run_exchange(role);
            return outcome.reason == Reason::none;
        })) << outcome.detail;
    }
    const auto proxy = net::pod_proxy_path("istio-system", "any", 8080, "/quitquitquit");
    EXPECT_EQ(status(watch_workload, "POST", proxy), 403U);
    EXPECT_EQ(status(act_workload, "POST", proxy), 403U);
}

/// The whole plan of a failover with the acting roles; this one server plays every cluster, so the
/// old plane's deployments are the new plane's as well, first down and then up.
class RealFailover : public RealRoles {
protected:
    static core::ActingSettings settings()
    {
        core::ActingSettings settings;
        settings.instance = "bastion-1";
        settings.floating_name = "active.tsb.test";
        settings.control_planes = {"c1"};
        settings.promote_patch = R"({"spec":{"example":{"standby":false}}})";
        return settings;
    }

    std::unique_ptr<actions::World> world()
    {
        actions::WorldOptions options;
        options.instance = "bastion-1";
        options.read_timeout = 15s;
        for (const auto* plane : {"east", "west"}) {
            options.planes[plane].kubernetes.kubeconfig = kubeconfig_of(act_plane);
            options.planes[plane].api.host = "127.0.0.1";
        }
        options.control_planes["c1"].kubernetes.kubeconfig = kubeconfig_of(act_workload);
        return actions::make_world(options, {http_, resolver_, io_.get_executor()});
    }

    /// As far as it lies in Kubernetes, and no metrics have to move for it.
    static bool is_ours(const core::Operation& operation)
    {
        constexpr std::array ours{
            OperationKind::record,        OperationKind::suspend_cron_job,
            OperationKind::await_jobs,    OperationKind::rehearse_promotion,
            OperationKind::scale,         OperationKind::promote,
            OperationKind::await_primary,
        };
        return std::ranges::find(ours, operation.kind) != ours.end();
    }
};

TEST_F(RealFailover, IsCarriedOutWithTheActingRoles)
{
    name_space_ = "tsb";  // where pods start and end
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, "tsb");
        return run(watch_plane, probes::DatabasePodsCheck{false}).reason == Reason::none;
    }));
    label_pods(admin_, "tsb", R"({"replicationRole":"primary"})");

    const auto plan = core::make_failover_plan(settings(), "east", "west", 0);
    const auto all = world();
    int effects = 0;
    for (const auto& step : plan.steps) {
        for (auto operation : step.operations) {
            if (operation.kind == OperationKind::record) {
                operation.parameters["plan_hash"] = "abc";
                operation.parameters["process"] = "p1";
            }
            if (is_ours(operation))
                effects += carry_out(*all, operation);
        }
    }
    // The record, the restore job, two writers down, the promotion, two up, two holders down.
    EXPECT_GE(effects, 9);
}

TEST_F(RealFailover, APlanesServiceIsReadWithTheActingRole)
{
    const auto all = world();
    const auto serve =
        operation(OperationKind::serve, "west.tsb.test", {{"deployments", "tsb,iam,envoy"}});
    const auto seen = observe(*all, serve);
    EXPECT_TRUE(seen.readable) << seen.detail;
}

TEST_F(RealFailover, ALaggardIsRestartedWithTheActingRole)
{
    const auto page = edge_metrics(io_, now_ms() - 1000);
    const auto all = world();
    auto edge = operation(OperationKind::rejoin, "edge");
    edge.target = "c1";
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, "istio-system");
        const auto seen = observe(*all, edge);
        return seen.readable && perform(*all, edge, seen.facts).result == EffectResult::applied;
    }));
}

}  // namespace
}  // namespace understudy::kubernetes
