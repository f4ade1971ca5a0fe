/// One Kubernetes cluster of the sandbox.
#pragma once

#include "sandbox/kube/api_faults.hpp"
#include "sandbox/kube/api_server.hpp"
#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/deployments.hpp"
#include "sandbox/kube/plane.hpp"
#include "sandbox/kube/workload.hpp"
#include "sandbox/server.hpp"
#include "sandbox/tasks.hpp"

#include <memory>

namespace understudy::sandbox {

/// API server, controllers, and what the cluster is for: a Management Plane, a control plane, or
/// neither. Make it with std::make_shared; `start()` once.
class Cluster : public std::enable_shared_from_this<Cluster> {
public:
    /// `lookup` serves `edge`. Throws std::runtime_error that names the file or address at fault.
    Cluster(
        boost::asio::any_io_executor executor,
        ClusterSettings settings,
        const ApiUsers& users,
        KubeTiming timing,
        Lookup lookup);
    void start();

    const std::string& name() const { return settings_.name; }
    /// Answers a control command; throws std::runtime_error when it cannot be done here.
    json::object command(const json::value& command);

private:
    boost::asio::awaitable<void> control_deployments();
    boost::asio::awaitable<void> serve(std::shared_ptr<Stream> stream);
    json::object state() const;
    json::object serving() const;
    json::object deployments_state() const;
    Plane& plane();
    Workload& workload();
    void set_api(const json::value& command);
    void set_api(bool up);
    void admit(const ResourceType& type) const;
    void set_edge(bool up);

    boost::asio::any_io_executor executor_;
    ClusterSettings settings_;
    std::shared_ptr<ObjectStore> store_;
    std::shared_ptr<Deployments> deployments_;
    std::shared_ptr<Plane> plane_;        ///< Null: no Management Plane.
    std::shared_ptr<Workload> workload_;  ///< Null: no control plane.
    std::unique_ptr<ApiServer> api_;
    ApiFaults api_faults_;
    bool webhook_up_ = true;
    std::shared_ptr<Server> server_;
    Alarm changed_;
};

}  // namespace understudy::sandbox
