// The promotion's patch on a resource of a kind that is defined in the cluster, as the product's
// is.
#include "actions/await_primary.hpp"
#include "actions/promotion.hpp"
#include "net/kubernetes_paths.hpp"

#include <string>

#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using actions::AwaitPrimary;
using actions::Promote;
using actions::RehearsePromotion;
using core::EffectResult;
using core::Finding;
using core::OperationKind;
using testing::HasSubstr;

class RealPromotion : public ClusterTest {
protected:
    RealPromotion()
    {
        ensure_kinds(admin_);
        create_management_plane(admin_, name_space_);
    }

    core::Operation promotion(const std::string& patch)
    {
        return operation(OperationKind::promote, "managementplane", {{"patch", patch}});
    }
    core::Operation rehearsal(const std::string& patch)
    {
        return operation(OperationKind::rehearse_promotion, "managementplane", {{"patch", patch}});
    }
    core::Assessment rehearse(const std::string& patch)
    {
        const auto operation = rehearsal(patch);
        return assess(operation, observe(rehearse_, operation));
    }

    Promote promote_{cluster_};
    RehearsePromotion rehearse_{cluster_};
    const std::string patch_ = R"({"spec":{"example":{"standby":false}}})";
    std::string path_ = net::management_plane_path(name_space_, "managementplane");
};

TEST_F(RealPromotion, IsAppliedOnceAndMarked)
{
    const auto before = observe(promote_, promotion(patch_));
    EXPECT_EQ(carry_out(promote_, promotion(patch_)), 1);
    EXPECT_EQ(annotation(path_, "operation"), "5.1.0");
    EXPECT_EQ(carry_out(promote_, promotion(patch_)), 0) << "done already";
    EXPECT_EQ(perform(promote_, promotion(patch_), before.facts).result, EffectResult::refused)
        << "the same effect once more";
}

TEST_F(RealPromotion, WhatRestsOnAnOldReadingIsAConflict)
{
    const auto before = observe(promote_, promotion(patch_));
    touch(path_);
    const auto effect = perform(promote_, promotion(patch_), before.facts);
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("409"));
    EXPECT_EQ(carry_out(promote_, promotion(patch_)), 1);
}

TEST_F(RealPromotion, ItsRehearsalChangesNothing)
{
    const auto before = version(path_);
    EXPECT_EQ(rehearse(patch_).finding, Finding::satisfied);
    EXPECT_EQ(version(path_), before);
    carry_out(promote_, promotion(patch_));
    EXPECT_EQ(rehearse(patch_).finding, Finding::refused) << "there is nothing left to change";
}

TEST_F(RealPromotion, AFieldThatTheServerDropsIsMisspelt)
{
    const auto assessment = rehearse(R"({"spec":{"exampel":{"standby":false}}})");
    EXPECT_EQ(assessment.finding, Finding::refused);
    EXPECT_THAT(assessment.why, HasSubstr("misspelt"));
}

/// Why a promotion counts only when the database was seen: no rehearsal can tell this one.
TEST_F(RealPromotion, AFieldThatTheServerKeepsUnreadIsAcceptedInSilence)
{
    const std::string patch = R"({"spec":{"settings":{"stanby":false}}})";
    EXPECT_EQ(rehearse(patch).finding, Finding::satisfied);
    EXPECT_EQ(carry_out(promote_, promotion(patch)), 1);
    create_kubegres(admin_, name_space_);
    AwaitPrimary primary(cluster_, resolver_, {});
    const auto wait = operation(OperationKind::await_primary, "tsb-postgres");
    const auto seen = observe(primary, wait);
    EXPECT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(assess(wait, seen).finding, Finding::waiting);
}

TEST_F(RealPromotion, AValueThatTheSchemaForbidsIsRefusedInTheServersWords)
{
    const auto assessment = rehearse(R"({"spec":{"example":{"standby":"no"}}})");
    EXPECT_EQ(assessment.finding, Finding::refused);
    EXPECT_THAT(assessment.why, HasSubstr("spec.example.standby"));
}

TEST_F(RealPromotion, AWebhookThatIsDownIsNoVerdict)
{
    const std::string hooks =
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    admin_.create(
        hooks,
        R"({"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
        "metadata":{"name":"down"},"webhooks":[{"name":"down.example.test","sideEffects":"None",
        "admissionReviewVersions":["v1"],"timeoutSeconds":2,
        "clientConfig":{"url":"https://127.0.0.1:9/nobody"},
        "rules":[{"apiGroups":["install.tetrate.io"],"apiVersions":["*"],"operations":["UPDATE"],
        "resources":["managementplanes"]}]}]})");
    const auto wanted = rehearsal(patch_);
    const bool is_unreadable = eventually([&] { return !observe(rehearse_, wanted).readable; });
    const auto seen = observe(rehearse_, wanted);
    const auto effect =
        perform(promote_, promotion(patch_), observe(promote_, promotion(patch_)).facts);
    admin_.remove(hooks + "/down");
    EXPECT_TRUE(is_unreadable);
    EXPECT_THAT(seen.detail, HasSubstr("failed calling webhook"));
    EXPECT_EQ(effect.result, EffectResult::unknown) << effect.detail;
    EXPECT_TRUE(eventually([&] { return rehearse(patch_).finding == Finding::satisfied; }));
}

TEST_F(RealPromotion, WithoutTheObjectNothingIsKnown)
{
    auto missing = promotion(patch_);
    missing.object = "nope";
    const auto seen = observe(promote_, missing);
    EXPECT_FALSE(seen.readable);
    EXPECT_THAT(seen.detail, HasSubstr("404"));
}

TEST_F(RealPromotion, ThePrimaryIsSeenWhenItsPodSaysSo)
{
    create_kubegres(admin_, name_space_);
    AwaitPrimary primary(cluster_, resolver_, {});
    const auto wait = operation(OperationKind::await_primary, "tsb-postgres");
    create_deployment(admin_, name_space_, "tsb-postgres");
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        return fact<std::int64_t>(observe(primary, wait), "ready") == 1;
    }));
    EXPECT_EQ(assess(wait, observe(primary, wait)).finding, Finding::waiting) << "no role yet";
    label_pods(admin_, name_space_, R"({"replicationRole":"primary"})");
    EXPECT_EQ(assess(wait, observe(primary, wait)).finding, Finding::satisfied);
    admin_.merge(
        net::kubegres_path(name_space_, "tsb-postgres") + "/status",
        R"({"status":{"blockingOperation":{"operationId":"Replica DB count spec enforcement"}}})");
    EXPECT_EQ(assess(wait, observe(primary, wait)).finding, Finding::waiting);
}

}  // namespace
}  // namespace understudy::kubernetes
