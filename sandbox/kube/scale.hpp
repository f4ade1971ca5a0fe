/// The scale subresource: a view of an object that has replicas.
#pragma once

#include "sandbox/json.hpp"

namespace understudy::sandbox {

/// `autoscaling/v1` Scale of a Deployment, ReplicaSet or StatefulSet.
json::value scale_of(const json::value& object);

/// The object with the replicas (and, when given, the resourceVersion) of `scale`. Throws ApiError
/// 422 when they are negative; missing ones are 0, as in Go.
json::value with_scale(json::value object, const json::value& scale);

}  // namespace understudy::sandbox
