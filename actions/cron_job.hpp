/// The standby's restore job: stopped from starting again, and waited for.
#pragma once

#include "actions/cluster.hpp"
#include "actions/read_only.hpp"

#include <utility>

namespace understudy::actions {

/// Goal: `spec.suspend` is the parameter `suspend` (`true` or `false`). One JSON Patch, which
/// leaves the value before our epoch in `understudy.dev/suspend-before`. CronJobs are sought in
/// `batch/v1` and, for clusters before 1.21, in `batch/v1beta1`; one that does not exist is
/// `exists` false. For its own effect a reading also tells `api_version` and `suspend_before`.
class SuspendCronJob final : public Action {
public:
    explicit SuspendCronJob(Cluster cluster) : cluster_(std::move(cluster)) {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    Cluster cluster_;
};

/// `active`: Jobs that the CronJob owns and that are neither complete nor failed, those included
/// that have no pod yet.
class AwaitJobs final : public ReadOnlyAction {
public:
    explicit AwaitJobs(Cluster cluster) : cluster_(std::move(cluster)) {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;

private:
    Cluster cluster_;
};

}  // namespace understudy::actions
