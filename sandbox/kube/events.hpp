/// Kubernetes Events.
#pragma once

#include "sandbox/kube/object_store.hpp"

#include <string>

namespace understudy::sandbox {

/// Records a Warning about `object` in its namespace.
void record_event(
    ObjectStore& store,
    const json::value& object,
    const std::string& reason,
    const std::string& message);

}  // namespace understudy::sandbox
