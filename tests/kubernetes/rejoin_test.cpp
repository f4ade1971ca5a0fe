// A control plane is helped over: a real rollout, and metrics through the API server's pod proxy.
#include "actions/rejoin.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"

#include <string>

#include "edge_metrics.hpp"
#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using actions::Rejoin;
using core::EffectResult;
using core::Finding;
using core::OperationKind;
using testing::HasSubstr;

class RealRejoin : public ClusterTest {
protected:
    RealRejoin()
    {
        create_deployment(admin_, name_space_, "edge");
        EXPECT_TRUE(eventually([&] {
            start_pods(admin_, name_space_);
            return fact<bool>(observe(rejoin_, edge_), "available");
        }));
    }

    static actions::EdgeMetrics metrics()
    {
        actions::EdgeMetrics metrics;
        metrics.peer_label = "peer";
        return metrics;
    }

    core::Finding judge(const core::Observation& seen, std::int64_t switched_at)
    {
        core::AssessContext context;
        context.id = {5, 1, 0};
        context.switched_at_ms = switched_at;
        return core::assess(edge_, seen, context).finding;
    }

    /// The deployment's controller writes it as well.
    void restart()
    {
        EXPECT_TRUE(eventually([&] {
            const auto seen = observe(rejoin_, edge_);
            return perform(rejoin_, edge_, seen.facts).result == EffectResult::applied;
        }));
    }

    std::size_t revisions()
    {
        const auto sets = admin_.get("/apis/apps/v1/namespaces/" + name_space_ + "/replicasets");
        return net::array_at(sets, "/items").size();
    }

    support::ScriptedPeer page_ = edge_metrics(io_, now_ms() - 1000);
    Rejoin rejoin_{cluster_, metrics(), resolver_, {}};
    core::Operation edge_ = operation(OperationKind::rejoin, "edge");
    std::string path_ = net::deployment_path(name_space_, "edge");
};

TEST_F(RealRejoin, ItsOwnMetricsTellWhenAndWithWhom)
{
    const auto seen = observe(rejoin_, edge_);
    ASSERT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(fact<std::string>(seen, "peer"), "10.0.0.7");
    EXPECT_EQ(judge(seen, now_ms() - 5000), Finding::satisfied);
    EXPECT_EQ(judge(seen, now_ms() + 5000), Finding::needed);
}

TEST_F(RealRejoin, ARestartIsARolloutAndAvailableWhenItHasEnded)
{
    restart();
    EXPECT_THAT(
        net::string_at(
            admin_.get(path_),
            "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt"),
        HasSubstr("Z"));
    EXPECT_EQ(annotation(path_, "operation"), "5.1.0");
    EXPECT_TRUE(eventually([&] { return revisions() == 2; }));
    const auto rolling = observe(rejoin_, edge_);
    EXPECT_FALSE(fact<bool>(rolling, "available")) << "the new pod is not ready yet";
    EXPECT_GT(fact<std::int64_t>(rolling, "restarted_at"), now_ms() - 60'000);

    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        end_pods(admin_, name_space_);
        return fact<bool>(observe(rejoin_, edge_), "available");
    }));
}

TEST_F(RealRejoin, TheSameRestartTwiceIsOne)
{
    core::Observation before;
    EXPECT_TRUE(eventually([&] {
        before = observe(rejoin_, edge_);
        return perform(rejoin_, edge_, before.facts).result == EffectResult::applied;
    }));
    EXPECT_EQ(perform(rejoin_, edge_, before.facts).result, EffectResult::refused);
    EXPECT_TRUE(eventually([&] { return revisions() == 2; }));
}

TEST_F(RealRejoin, ASecondRestartAddsToWhatTheFirstLeft)
{
    restart();
    const auto first = annotation(path_, "restarted-at");
    EXPECT_TRUE(eventually([&] {
        restart();  // the cluster's clock tells whole seconds
        return annotation(path_, "restarted-at") != first;
    }));
    EXPECT_GE(revisions(), 2U);
}

TEST_F(RealRejoin, AMetricsPortThatIsShutIsNotReadable)
{
    actions::EdgeMetrics shut = metrics();
    shut.port = 8081;
    Rejoin deaf(cluster_, shut, resolver_, {});
    const auto seen = observe(deaf, edge_);
    EXPECT_FALSE(seen.readable) << seen.detail;
}

}  // namespace
}  // namespace understudy::kubernetes
