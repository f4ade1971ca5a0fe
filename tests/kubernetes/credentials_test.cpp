// What a real API server makes of credentials that end while a run uses them.
#include "actions/scale.hpp"
#include "net/kubernetes_paths.hpp"

#include <chrono>

#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using core::OperationKind;
using testing::HasSubstr;

constexpr auto role_bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
constexpr auto may_do_everything =
    R"({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "certified"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "leaf"}]})";

class RealCredentials : public ClusterTest {
protected:
    RealCredentials()
    {
        create_deployment(admin_, name_space_, "tsb", 1);
        if (!admin_.exists(std::string(role_bindings) + "/certified"))
            admin_.create(role_bindings, may_do_everything);
    }
    core::Operation fence_ = operation(OperationKind::scale, "tsb", {{"replicas", "0"}});
};

TEST_F(RealCredentials, AClientCertificateThatExpiresInMidRunIsRefusedAndItsRenewalIsUsed)
{
    actions::Scale scale(cluster_as(server().certified(5s)));
    core::Observation before;
    ASSERT_TRUE(eventually([&] {
        before = observe(scale, fence_);
        return before.readable;
    })) << before.detail;
    core::Observation later;
    EXPECT_TRUE(eventually([&] {
        later = observe(scale, fence_);
        return !later.readable;
    })) << "it is believed for ever";
    EXPECT_THAT(later.detail, HasSubstr("401"));

    const auto effect = perform(scale, fence_, before.facts);
    EXPECT_EQ(effect.result, EffectResult::refused) << effect.detail;
    EXPECT_THAT(effect.detail, HasSubstr("401"));
    EXPECT_EQ(annotation(net::deployment_path(name_space_, "tsb"), "operation"), "");

    server().certified(1h);
    EXPECT_GE(carry_out(scale, fence_), 1);
}

}  // namespace
}  // namespace understudy::kubernetes
