/// A Management Plane's own controllers: the TSB operator and what keeps `envoy` ready.
#pragma once

#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/cron_jobs.hpp"
#include "sandbox/kube/deployments.hpp"
#include "sandbox/kube/kubegres.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/tasks.hpp"

#include <memory>

namespace understudy::sandbox {

/// Make it with std::make_shared; `start()` once.
class Plane : public std::enable_shared_from_this<Plane> {
public:
    Plane(
        boost::asio::any_io_executor executor,
        std::shared_ptr<ObjectStore> store,
        std::shared_ptr<Deployments> deployments,
        PlaneSettings settings,
        KubeTiming timing);

    /// Creates the objects and begins to follow them. `changed` is called when readiness changes.
    void start(std::function<void()> changed);
    /// Does the operator undo a manual scaling?
    void set_reverts(bool reverts);
    /// Null: no embedded PostgreSQL.
    Kubegres* kubegres() { return kubegres_.get(); }

private:
    boost::asio::awaitable<void> watch_front();
    boost::asio::awaitable<bool> front_answers();
    boost::asio::awaitable<void> operate();
    void reconcile();
    void observe_resource();
    void mirror_standby(const json::value& resource);
    void revert_scaling();

    boost::asio::any_io_executor executor_;
    std::shared_ptr<ObjectStore> store_;
    std::shared_ptr<Deployments> deployments_;
    PlaneSettings settings_;
    KubeTiming timing_;
    std::shared_ptr<CronJobs> cron_jobs_;
    std::shared_ptr<Kubegres> kubegres_;
    Alarm changed_;
    std::function<void()> readiness_changed_;
    bool reverts_ = false;
};

}  // namespace understudy::sandbox
