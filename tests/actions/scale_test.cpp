// What a deployment and its pods say together, from answers that no cluster gives on demand.
#include "actions/scale.hpp"

#include "support/cluster_fixture.hpp"

#include <gmock/gmock.h>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using support::http_answer;
using testing::HasSubstr;

std::string deployment(int generation, int available_replicas)
{
    return R"({"metadata":{"name":"tsb","resourceVersion":"41","generation":)" +
           std::to_string(generation) +
           R"(},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"tsb"}}},
              "status":{"observedGeneration":3,"availableReplicas":)" +
           std::to_string(available_replicas) +
           R"(,"conditions":[{"type":"Available","status":"True"}]}})";
}

std::string pod(const std::string& ready)
{
    return R"({"metadata":{"name":"tsb"},"status":{"conditions":[{"type":"Ready","status":")" +
           ready + R"("}]}})";
}

class ScaledUp : public support::ClusterTest {
protected:
    core::Observation observe(const std::string& deployment, const std::string& pods)
    {
        answer_by([=](const support::ApiRequest& request) {
            const bool asks_for_pods = request.path.find("/pods?") != std::string::npos;
            return http_answer(200, asks_for_pods ? R"({"items":[)" + pods + "]}" : deployment);
        });
        Cluster cluster;
        cluster.api = client();
        cluster.name_space = "tsb";
        cluster.read_timeout = 10s;
        core::Operation operation;
        operation.kind = core::OperationKind::scale;
        operation.object = "tsb";
        Scale scale(cluster);
        return support::run_coroutine(io_, scale.observe(operation));
    }

    static bool is_available(const core::Observation& seen)
    {
        EXPECT_TRUE(seen.readable) << seen.detail;
        return core::find_fact<bool>(seen.facts, "available").value_or(false);
    }
};

TEST_F(ScaledUp, IsAvailableWhenThePodsBearItOut)
{
    EXPECT_TRUE(is_available(observe(deployment(3, 2), pod("True") + "," + pod("True"))));
    EXPECT_TRUE(is_available(observe(deployment(3, 1), pod("True") + "," + pod("False"))))
        << "how many may be missing is the deployment's own choice";
}

TEST_F(ScaledUp, IsNotAvailableByAStatusThatCountsPodsThatAreGone)
{
    const auto seen = observe(deployment(3, 2), pod("True"));
    EXPECT_FALSE(is_available(seen));
    EXPECT_THAT(
        seen.detail,
        HasSubstr("its status counts 2 available replicas, and 1 ready pods are there"));
}

TEST_F(ScaledUp, IsNotAvailableByAStatusFromBeforeTheChange)
{
    const auto seen = observe(deployment(4, 2), pod("True") + "," + pod("True"));
    EXPECT_FALSE(is_available(seen));
    EXPECT_THAT(seen.detail, HasSubstr("has not seen the last change"));
}

}  // namespace
}  // namespace understudy::actions
