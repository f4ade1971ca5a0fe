/// The objects that controllers make.
#pragma once

#include "sandbox/json.hpp"

#include <string>

namespace understudy::sandbox {

/// A pod made from a deployment's template; not ready yet.
json::value pod_of(const json::value& deployment, const std::string& name, const std::string& hash);

json::value replica_set_of(
    const json::value& deployment, const std::string& hash, std::int64_t replicas);

/// The deployment that a pod or a ReplicaSet belongs to; empty: none.
std::string owning_deployment(const json::value& object);

/// Shows a pod ready or not: condition `Ready` and its containers.
void show_readiness(json::value& pod, bool ready);

}  // namespace understudy::sandbox
