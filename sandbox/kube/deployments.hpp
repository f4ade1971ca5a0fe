/// Deployments get their pods: the controllers of Kubernetes, as far as they show.
#pragma once

#include "sandbox/kube/object_store.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::sandbox {

enum class DeploymentFault {
    none,
    crash,    ///< Pods run and are not ready.
    rollout,  ///< A new generation whose pods do not start, while the old ones are no longer ready.
};

/// Throws std::runtime_error when there is no fault of that name.
DeploymentFault deployment_fault_named(std::string_view name);

/// Keeps pods, ReplicaSets and status of all deployments of one cluster. It is told the time and
/// says when it wants to be called again, so that a test owns its clock.
///
///     created --pod_start--> ready (if fit and not broken) --replicas, template--> stopping
///     --pod_stop--> gone
///
/// A rolling update makes one surplus pod, and stops an old one for each new one that is ready. As
/// in Kubernetes a deployment with no replicas is Available.
class Deployments {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Timing {
        std::chrono::milliseconds pod_start{1000};
        std::chrono::milliseconds pod_stop{500};
    };

    Deployments(std::shared_ptr<ObjectStore> store, Timing timing);

    /// Brings everything in line; nothing to wait for but a change of the store when it returns
    /// none.
    std::optional<TimePoint> reconcile(TimePoint now);

    /// Throws std::runtime_error when there is no such deployment.
    void set_fault(const std::string& name, DeploymentFault fault);
    /// Whether the process behind a deployment can serve; true until said otherwise.
    void set_fit(const std::string& name, bool fit);

    int ready(const std::string& name) const;
    /// Pods that run, ready or not.
    std::vector<std::string> running(const std::string& name) const;
    bool is_ready_pod(const std::string& pod) const;

private:
    struct Pod {
        std::string name;
        std::string hash;
        TimePoint starts;                ///< When it may become ready.
        std::optional<TimePoint> stops;  ///< When it will be gone.
        bool ready = false;
    };
    struct Workload {
        std::vector<Pod> pods;
        DeploymentFault fault = DeploymentFault::none;
        bool fit = true;
    };

    void reconcile_one(const json::value& deployment, TimePoint now);
    void forget_deleted(Workload& workload, const std::string& name_space);
    void judge_readiness(Workload& workload, TimePoint now) const;
    void scale(Workload& workload, const json::value& deployment, TimePoint now);
    void roll(Workload& workload, std::int64_t desired, const std::string& hash, TimePoint now);
    void add_pod(Workload& workload, const json::value& deployment, TimePoint now);
    void write_pods(const Workload& workload, const json::value& deployment);
    void write_replica_sets(const Workload& workload, const json::value& deployment);
    void write_status(const Workload& workload, const json::value& deployment);
    void remove_orphans();
    std::optional<TimePoint> next_event(TimePoint now) const;
    const Workload* find(const std::string& name) const;

    std::shared_ptr<ObjectStore> store_;
    Timing timing_;
    std::map<std::string, Workload> workloads_;
    std::uint64_t pods_made_ = 0;
};

}  // namespace understudy::sandbox
