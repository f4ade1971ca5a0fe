// The standby's restore job, on a server that has CronJobs in batch/v1beta1 only.
#include "actions/cron_job.hpp"
#include "net/kubernetes_paths.hpp"

#include <string>

#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using actions::AwaitJobs;
using actions::SuspendCronJob;
using core::EffectResult;
using core::Finding;
using core::OperationKind;

class RealCronJob : public ClusterTest {
protected:
    RealCronJob() { create_restore_job(admin_, name_space_, "tsb-restore"); }

    SuspendCronJob suspend_{cluster_};
    core::Operation goal_ =
        operation(OperationKind::suspend_cron_job, "tsb-restore", {{"suspend", "true"}});
    std::string path_ = net::cron_job_path(name_space_, "tsb-restore", "v1beta1");
};

TEST_F(RealCronJob, IsFoundWhereThisReleaseHasIt)
{
    EXPECT_FALSE(admin_.exists(net::cron_job_path(name_space_, "tsb-restore", "v1")));
    const auto seen = observe(suspend_, goal_);
    EXPECT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(fact<std::string>(seen, "api_version"), "v1beta1");
    EXPECT_EQ(assess(goal_, seen).finding, Finding::needed);
}

TEST_F(RealCronJob, IsSuspendedOnceAndResumed)
{
    const auto before = observe(suspend_, goal_);
    EXPECT_EQ(carry_out(suspend_, goal_), 1);
    EXPECT_EQ(annotation(path_, "suspend-before"), "false");
    EXPECT_EQ(annotation(path_, "operation"), "5.1.0");
    EXPECT_EQ(carry_out(suspend_, goal_), 0) << "done already";
    EXPECT_EQ(perform(suspend_, goal_, before.facts).result, EffectResult::refused)
        << "the same effect once more";

    goal_.parameters["suspend"] = "false";
    EXPECT_EQ(carry_out(suspend_, goal_, 6), 1);
    EXPECT_EQ(annotation(path_, "suspend-before"), "true");
}

TEST_F(RealCronJob, WhatRestsOnAnOldReadingIsRefused)
{
    const auto before = observe(suspend_, goal_);
    touch(path_);
    const auto effect = perform(suspend_, goal_, before.facts);
    EXPECT_EQ(effect.result, EffectResult::refused) << effect.detail;
    EXPECT_FALSE(fact<bool>(observe(suspend_, goal_), "suspended"));
}

TEST_F(RealCronJob, NoneToSuspendIsTheGoal)
{
    const auto absent = operation(OperationKind::suspend_cron_job, "nope", {{"suspend", "true"}});
    const auto seen = observe(suspend_, absent);
    EXPECT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(assess(absent, seen).finding, Finding::satisfied);
}

TEST_F(RealCronJob, ItsRunningJobIsWaitedFor)
{
    AwaitJobs jobs(cluster_);
    const auto wait = operation(OperationKind::await_jobs, "tsb-restore");
    EXPECT_EQ(assess(wait, observe(jobs, wait)).finding, Finding::satisfied);
    create_job_of(admin_, name_space_, "tsb-restore", "restore-1");
    EXPECT_EQ(assess(wait, observe(jobs, wait)).finding, Finding::waiting) << "no pod of it yet";
    EXPECT_TRUE(eventually([&] {
        start_pods(admin_, name_space_);
        finish_pods(admin_, name_space_);
        return assess(wait, observe(jobs, wait)).finding == Finding::satisfied;
    })) << "the controller says that it is Complete";
}

}  // namespace
}  // namespace understudy::kubernetes
