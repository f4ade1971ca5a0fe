/// The objects that a Management Plane's cluster starts with.
#pragma once

#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/object_store.hpp"

namespace understudy::sandbox {

/// Deployment as given, with one container; no pods yet.
json::value deployment_object(
    const std::string& name_space,
    const std::string& name,
    std::int64_t replicas,
    const json::object& labels);

json::value secret_object(
    const std::string& name_space,
    const std::string& name,
    const std::map<std::string, std::string>& data);

/// Namespaces, deployments, Services, Secrets, CronJobs and the ManagementPlane resource of a
/// plane.
void create_plane_objects(ObjectStore& store, const PlaneSettings& plane);

/// How many replicas the operator gives a deployment of the plane; none when it is not the plane's.
std::optional<std::int64_t> plane_replicas(const PlaneSettings& plane, const std::string& name);

}  // namespace understudy::sandbox
