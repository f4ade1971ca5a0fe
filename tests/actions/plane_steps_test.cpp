// The steps on a plane's own cluster, against the stand-in's API server.
#include "actions/cron_job.hpp"
#include "actions/promotion.hpp"
#include "actions/scale.hpp"
#include "actions/world_record.hpp"

#include <gmock/gmock.h>

#include "plane_fixture.hpp"

namespace understudy::actions {
namespace {

namespace json = boost::json;
using core::EffectResult;
using core::OperationKind;
using support::eventually;
using testing::HasSubstr;

const auto tsb_path = net::deployment_path("tsb", "tsb");
const auto plane_path = net::management_plane_path("tsb", "managementplane");
const auto record_path = net::config_map_path("tsb", "understudy");

class ScaleStep : public PlaneSteps {
protected:
    Scale scale_{cluster_};
    core::Operation fence_ = operation(OperationKind::scale, "tsb", {{"replicas", "0"}});
};

TEST_F(ScaleStep, FencesAndCountsPodsUntilTheyAreGone)
{
    const auto before = apply(scale_, fence_);
    EXPECT_TRUE(fact<bool>(before, "exists"));
    EXPECT_EQ(fact<std::int64_t>(before, "replicas"), 1);
    EXPECT_EQ(fact<std::int64_t>(before, "pods"), 1);

    const auto after = observe(scale_, fence_);
    EXPECT_EQ(fact<std::int64_t>(after, "replicas"), 0);
    EXPECT_EQ(fact<std::string>(after, "mark"), "5.1.0");
    EXPECT_TRUE(
        eventually([&] { return fact<std::int64_t>(observe(scale_, fence_), "pods") == 0; }));
    EXPECT_EQ(annotation(tsb_path, "epoch"), "5");
    EXPECT_EQ(annotation(tsb_path, "replicas-before"), "1");
}

TEST_F(ScaleStep, TheCountBeforeOurEpochIsNotOverwrittenByASecondTry)
{
    auto up = operation(OperationKind::scale, "tsb", {{"replicas", "3"}});
    apply(scale_, fence_);
    apply(scale_, up);
    apply(scale_, fence_);
    EXPECT_EQ(annotation(tsb_path, "replicas-before"), "1");
    apply(scale_, up, 6);
    EXPECT_EQ(annotation(tsb_path, "replicas-before"), "0") << "a new epoch has its own before";
}

TEST_F(ScaleStep, WhatRestsOnAnOldReadingIsRefused)
{
    const auto before = observe(scale_, fence_);
    touch(tsb_path);
    EXPECT_EQ(perform(scale_, fence_, before.facts).result, EffectResult::refused);
    EXPECT_EQ(fact<std::int64_t>(observe(scale_, fence_), "replicas"), 1);
}

/// A reply that was lost after the commit: whoever sends the same again is refused, and the world
/// is as after one effect.
TEST_F(ScaleStep, TheSameEffectTwiceEqualsOnce)
{
    const auto before = apply(scale_, fence_);
    const auto generation = net::int_at(get(tsb_path), "/metadata/generation");
    EXPECT_EQ(perform(scale_, fence_, before.facts).result, EffectResult::refused);
    EXPECT_EQ(net::int_at(get(tsb_path), "/metadata/generation"), generation);
    EXPECT_EQ(annotation(tsb_path, "replicas-before"), "1");
}

TEST_F(ScaleStep, ANewerEpochIsNotOverwritten)
{
    apply(scale_, fence_, 9);
    auto up = operation(OperationKind::scale, "tsb", {{"replicas", "1"}});
    const auto effect = perform(scale_, up, observe(scale_, up).facts, 8);
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("epoch 9"));
    EXPECT_EQ(fact<std::int64_t>(observe(scale_, up), "replicas"), 0);
}

TEST_F(ScaleStep, AtLeastNeverTakesAway)
{
    apply(scale_, operation(OperationKind::scale, "tsb", {{"replicas", "3"}}));
    const auto one =
        operation(OperationKind::scale, "tsb", {{"replicas", "1"}, {"at_least", "yes"}});
    apply(scale_, one);
    EXPECT_EQ(fact<std::int64_t>(observe(scale_, one), "replicas"), 3);
}

TEST_F(ScaleStep, WithoutTheObjectWithoutTheRightOrWithoutAGoal)
{
    const auto missing = operation(OperationKind::scale, "nope", {{"replicas", "0"}});
    const auto seen = observe(scale_, missing);
    EXPECT_TRUE(seen.readable);
    EXPECT_FALSE(fact<bool>(seen, "exists"));
    EXPECT_EQ(perform(scale_, missing, seen.facts).result, EffectResult::refused);
    EXPECT_EQ(perform(scale_, fence_, {}).result, EffectResult::refused) << "never read";

    Scale watcher(cluster_as("token-read"));
    const auto before = observe(watcher, fence_);
    EXPECT_TRUE(before.readable);
    const auto forbidden = perform(watcher, fence_, before.facts);
    EXPECT_EQ(forbidden.result, EffectResult::refused);
    EXPECT_THAT(forbidden.detail, HasSubstr("403"));

    const auto vague = operation(OperationKind::scale, "tsb", {{"replicas", "none"}});
    EXPECT_EQ(perform(scale_, vague, before.facts).result, EffectResult::refused);
    Scale nobody(cluster_as("token-wrong"));
    EXPECT_FALSE(observe(nobody, fence_).readable);
}

class CronJobStep : public PlaneSteps {
protected:
    SuspendCronJob suspend_{cluster_};
    core::Operation goal_ =
        operation(OperationKind::suspend_cron_job, "tsb-restore", {{"suspend", "true"}});

    void create_job(const std::string& name, const std::string& owner, const std::string& ended)
    {
        net::KubernetesRequest request;
        request.method = "POST";
        request.path = "/apis/batch/v1/namespaces/tsb/jobs";
        request.content_type = "application/json";
        request.body = R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":")" + name +
                       R"(","ownerReferences":[{"kind":"CronJob","name":")" + owner +
                       R"("}]},"spec":{}})";
        EXPECT_EQ(send(request).http.status, 201U);
        if (ended.empty())
            return;
        request.method = "PATCH";
        request.path += "/" + name + "/status";
        request.content_type = "application/merge-patch+json";
        request.body = R"({"status":{"conditions":[{"type":")" + ended + R"(","status":"True"}]}})";
        EXPECT_EQ(send(request).http.status, 200U);
    }
};

TEST_F(CronJobStep, IsSuspendedOnceAndItsFormerValueKept)
{
    const auto before = observe(suspend_, goal_);
    EXPECT_TRUE(fact<bool>(before, "exists"));
    EXPECT_FALSE(fact<bool>(before, "suspended"));
    EXPECT_EQ(perform(suspend_, goal_, before.facts).result, EffectResult::applied);
    const auto after = observe(suspend_, goal_);
    EXPECT_TRUE(fact<bool>(after, "suspended"));
    EXPECT_EQ(fact<std::string>(after, "mark"), "5.1.0");
    EXPECT_EQ(perform(suspend_, goal_, before.facts).result, EffectResult::refused);
    EXPECT_EQ(perform(suspend_, goal_, after.facts).result, EffectResult::applied);
    EXPECT_EQ(annotation(net::cron_job_path("tsb", "tsb-restore"), "suspend-before"), "false");
}

TEST_F(CronJobStep, ConflictsAbsenceAndNonsense)
{
    const auto before = observe(suspend_, goal_);
    touch(net::cron_job_path("tsb", "tsb-restore"));
    EXPECT_EQ(perform(suspend_, goal_, before.facts).result, EffectResult::refused);
    const auto absent = operation(OperationKind::suspend_cron_job, "nope", {{"suspend", "true"}});
    const auto seen = observe(suspend_, absent);
    EXPECT_TRUE(seen.readable);
    EXPECT_FALSE(fact<bool>(seen, "exists"));
    EXPECT_EQ(perform(suspend_, absent, seen.facts).result, EffectResult::refused);
    goal_.parameters["suspend"] = "maybe";
    const auto again = observe(suspend_, goal_);
    EXPECT_EQ(perform(suspend_, goal_, again.facts).result, EffectResult::refused);
}

TEST_F(CronJobStep, ItsJobsThatHaveNotEndedAreActive)
{
    AwaitJobs jobs(cluster_);
    const auto wait = operation(OperationKind::await_jobs, "tsb-restore");
    EXPECT_EQ(fact<std::int64_t>(observe(jobs, wait), "active"), 0);
    create_job("new", "tsb-restore", "");
    create_job("done", "tsb-restore", "Complete");
    create_job("broken", "tsb-restore", "Failed");
    create_job("other", "backup", "");
    const auto seen = observe(jobs, wait);
    EXPECT_EQ(fact<std::int64_t>(seen, "active"), 1);
    EXPECT_EQ(perform(jobs, wait, seen.facts).result, EffectResult::refused) << "only reads";
}

class PromotionStep : public PlaneSteps {
protected:
    Promote promote_{cluster_};
    RehearsePromotion rehearse_{cluster_};
    const std::string patch_ =
        R"({"spec":{"components":{"kubegres":{"standby":{"enabled":false}}}}})";
    core::Operation goal_ =
        operation(OperationKind::promote, "managementplane", {{"patch", patch_}});
};

TEST_F(PromotionStep, IsAppliedOnceAndMarked)
{
    const auto before = apply(promote_, goal_);
    EXPECT_FALSE(fact<bool>(before, "applied"));
    const auto after = observe(promote_, goal_);
    EXPECT_TRUE(fact<bool>(after, "applied"));
    EXPECT_EQ(fact<std::string>(after, "mark"), "5.1.0");
    EXPECT_EQ(perform(promote_, goal_, before.facts).result, EffectResult::refused);
}

TEST_F(PromotionStep, IsHeldToWhatWasRead)
{
    const auto before = observe(promote_, goal_);
    touch(plane_path);
    const auto effect = perform(promote_, goal_, before.facts);
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("409"));
    EXPECT_FALSE(fact<bool>(observe(promote_, goal_), "applied"));
}

TEST_F(PromotionStep, ARehearsalChangesNothing)
{
    const auto seen = observe(rehearse_, goal_);
    EXPECT_TRUE(fact<bool>(seen, "accepted"));
    EXPECT_TRUE(fact<bool>(seen, "changes"));
    EXPECT_FALSE(fact<bool>(observe(promote_, goal_), "applied"));
    apply(promote_, goal_);
    EXPECT_FALSE(fact<bool>(observe(rehearse_, goal_), "changes")) << "it is applied already";
}

TEST_F(PromotionStep, WithoutAPatchWithoutARightAndWithoutAnObject)
{
    auto empty = goal_;
    empty.parameters.clear();
    EXPECT_TRUE(fact<bool>(observe(promote_, empty), "applied"));
    EXPECT_TRUE(fact<bool>(observe(rehearse_, empty), "accepted"));
    auto broken = goal_;
    broken.parameters["patch"] = "spec: {}";
    EXPECT_FALSE(observe(promote_, broken).readable);
    EXPECT_FALSE(fact<bool>(observe(rehearse_, broken), "accepted"));
    auto missing = goal_;
    missing.object = "nope";
    EXPECT_FALSE(observe(promote_, missing).readable);
    EXPECT_FALSE(observe(rehearse_, missing).readable);
    RehearsePromotion watcher(cluster_as("token-read"));
    const auto forbidden = observe(watcher, goal_);
    EXPECT_FALSE(fact<bool>(forbidden, "accepted"));
    EXPECT_THAT(fact<std::string>(forbidden, "message"), HasSubstr("forbidden"));
}

class RecordStep : public PlaneSteps {
protected:
    WorldRecord record_{cluster_, "bastion-1"};
    core::Operation goal_ =
        operation(OperationKind::record, "understudy", {{"plan_hash", "abc"}, {"cursor", "2"}});

    void put_hold(const std::string& hold)
    {
        net::KubernetesRequest request;
        request.path = record_path;
        request.content_type = "application/merge-patch+json";
        request.body = json::serialize(json::object{{"data", {{"hold", hold}}}});
        send(std::move(request));
    }
};

TEST_F(RecordStep, IsCreatedThenReplacedAndTheHoldStays)
{
    const auto nothing = observe(record_, goal_);
    EXPECT_TRUE(nothing.readable);
    EXPECT_FALSE(fact<bool>(nothing, "exists"));
    EXPECT_EQ(perform(record_, goal_, nothing.facts).result, EffectResult::applied);
    EXPECT_EQ(perform(record_, goal_, nothing.facts).result, EffectResult::refused)
        << "somebody created it meanwhile";
    put_hold("upgrade of east");

    const auto first = observe(record_, goal_);
    EXPECT_EQ(fact<std::string>(first, "instance"), "bastion-1");
    EXPECT_EQ(fact<std::int64_t>(first, "epoch"), 5);
    EXPECT_EQ(fact<std::string>(first, "plan_hash"), "abc");
    EXPECT_EQ(fact<std::int64_t>(first, "cursor"), 2);
    EXPECT_EQ(fact<std::string>(first, "mark"), "5.1.0");
    goal_.parameters["cursor"] = "3";
    EXPECT_EQ(perform(record_, goal_, first.facts).result, EffectResult::applied);
    EXPECT_EQ(perform(record_, goal_, first.facts).result, EffectResult::refused);
    const auto second = observe(record_, goal_);
    EXPECT_EQ(fact<std::int64_t>(second, "cursor"), 3);
    EXPECT_EQ(fact<std::string>(second, "hold"), "upgrade of east");
}

TEST_F(RecordStep, TheHoldAlone)
{
    EXPECT_TRUE(support::run_coroutine(io_, read_hold(cluster_)).readable);
    perform(record_, goal_, observe(record_, goal_).facts);
    put_hold("no");
    EXPECT_EQ(support::run_coroutine(io_, read_hold(cluster_)).hold, "no");
    EXPECT_FALSE(support::run_coroutine(io_, read_hold(cluster_as("token-wrong"))).readable);
}

TEST_F(RecordStep, ANewerOneIsLeftAloneAndABrokenOneIsNotRead)
{
    perform(record_, goal_, observe(record_, goal_).facts, 9);
    const auto newer = observe(record_, goal_);
    EXPECT_EQ(perform(record_, goal_, newer.facts, 8).result, EffectResult::refused);
    EXPECT_EQ(fact<std::int64_t>(observe(record_, goal_), "epoch"), 9);

    net::KubernetesRequest request;
    request.path = record_path;
    request.content_type = "application/merge-patch+json";
    request.body = R"({"data":{"epoch":"seven"}})";
    send(std::move(request));
    EXPECT_FALSE(observe(record_, goal_).readable);
    EXPECT_EQ(perform(record_, goal_, {}).result, EffectResult::refused) << "never read";
}

}  // namespace
}  // namespace understudy::actions
