// Fencing and scaling up, with the controllers of a real cluster writing the same objects.
#include "actions/scale.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"

#include <algorithm>
#include <string>

#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using actions::Scale;
using core::EffectResult;
using core::Finding;
using core::OperationKind;
using testing::HasSubstr;

class RealScale : public ClusterTest {
protected:
    RealScale()
    {
        create_deployment(admin_, name_space_, "tsb", 2);
        EXPECT_TRUE(eventually([&] {
            start_pods(admin_, name_space_);
            const auto seen = observe(scale_, fence_);
            return fact<bool>(seen, "available") && fact<std::int64_t>(seen, "pods") == 2;
        }));
    }

    std::int64_t pods() { return fact<std::int64_t>(observe(scale_, fence_), "pods"); }

    Scale scale_{cluster_};
    core::Operation fence_ = operation(OperationKind::scale, "tsb", {{"replicas", "0"}});
    core::Operation up_ = operation(OperationKind::scale, "tsb", {{"replicas", "2"}});
    std::string path_ = net::deployment_path(name_space_, "tsb");
};

TEST_F(RealScale, FencesAndIsThereOnlyWhenThePodsAreGone)
{
    EXPECT_TRUE(eventually([&] {
        const auto before = observe(scale_, fence_);
        return perform(scale_, fence_, before.facts).result == EffectResult::applied;
    }));
    EXPECT_EQ(annotation(path_, "operation"), "5.1.0");
    EXPECT_EQ(annotation(path_, "epoch"), "5");
    EXPECT_EQ(annotation(path_, "replicas-before"), "2");

    const auto pods_path = "/api/v1/namespaces/" + name_space_ + "/pods";
    EXPECT_TRUE(eventually([&] {
        const auto pods = admin_.get(pods_path);
        const auto& items = net::array_at(pods, "/items");
        return std::ranges::all_of(items, [](const auto& pod) {
            return net::at(pod, "/metadata/deletionTimestamp") != nullptr;
        });
    })) << "the controller deletes them";
    const auto ending = observe(scale_, fence_);
    EXPECT_EQ(fact<std::int64_t>(ending, "pods"), 2) << "their processes may still write";
    EXPECT_EQ(assess(fence_, ending).finding, Finding::waiting);

    end_pods(admin_, name_space_);
    EXPECT_EQ(assess(fence_, observe(scale_, fence_)).finding, Finding::satisfied);
}

TEST_F(RealScale, ComesBackUpUntilItIsAvailable)
{
    EXPECT_GE(carry_out(scale_, fence_), 1);
    EXPECT_EQ(pods(), 0);
    EXPECT_GE(carry_out(scale_, up_, 6), 1);
    EXPECT_EQ(pods(), 2);
    EXPECT_EQ(annotation(path_, "replicas-before"), "0") << "what was before that epoch";
    EXPECT_EQ(carry_out(scale_, up_, 6), 0) << "done already";
}

TEST_F(RealScale, WhatRestsOnAnOldReadingIsRefusedAndReadAgain)
{
    const auto before = observe(scale_, fence_);
    touch(path_);
    const auto effect = perform(scale_, fence_, before.facts);
    EXPECT_EQ(effect.result, EffectResult::refused) << effect.detail;
    EXPECT_EQ(fact<std::int64_t>(observe(scale_, fence_), "replicas"), 2);
    EXPECT_GE(carry_out(scale_, fence_), 1);
}

TEST_F(RealScale, TheSameEffectTwiceEqualsOnce)
{
    core::Observation before;
    EXPECT_TRUE(eventually([&] {
        before = observe(scale_, fence_);
        return perform(scale_, fence_, before.facts).result == EffectResult::applied;
    }));
    const auto generation = net::int_at(admin_.get(path_), "/metadata/generation");
    EXPECT_EQ(perform(scale_, fence_, before.facts).result, EffectResult::refused);
    EXPECT_EQ(net::int_at(admin_.get(path_), "/metadata/generation"), generation);
    EXPECT_EQ(annotation(path_, "replicas-before"), "2");
}

TEST_F(RealScale, ANewerEpochIsNotOverwritten)
{
    carry_out(scale_, fence_, 9);
    const auto effect = perform(scale_, up_, observe(scale_, up_).facts, 8);
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("epoch 9"));
}

TEST_F(RealScale, AScaledDeploymentsOtherFieldsStay)
{
    const auto before = admin_.get(path_);
    carry_out(scale_, fence_);
    const auto after = admin_.get(path_);
    EXPECT_EQ(*net::at(after, "/spec/template"), *net::at(before, "/spec/template"));
    EXPECT_EQ(
        net::string_at(after, "/metadata/annotations/deployment.kubernetes.io~1revision"), "1");
}

TEST_F(RealScale, ADeploymentThatIsNotThereIsFencedAndCannotBeScaledUp)
{
    const auto fence = operation(OperationKind::scale, "nope", {{"replicas", "0"}});
    const auto seen = observe(scale_, fence);
    EXPECT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(assess(fence, seen).finding, Finding::satisfied);
    const auto up = operation(OperationKind::scale, "nope", {{"replicas", "1"}});
    EXPECT_EQ(assess(up, seen).finding, Finding::refused);
}

TEST_F(RealScale, WhatTheServerFindsInvalidIsRefused)
{
    const auto impossible = operation(OperationKind::scale, "tsb", {{"replicas", "99999999999"}});
    const auto effect = perform(scale_, impossible, observe(scale_, impossible).facts);
    EXPECT_EQ(effect.result, EffectResult::refused) << effect.detail;
    EXPECT_EQ(fact<std::int64_t>(observe(scale_, fence_), "replicas"), 2);
}

}  // namespace
}  // namespace understudy::kubernetes
