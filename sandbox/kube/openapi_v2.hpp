/// The OpenAPI v2 document, as far as kubectl up to 1.26 reads it.
#pragma once

#include "sandbox/kube/resources.hpp"

#include <span>
#include <string>
#include <string_view>

namespace understudy::sandbox {

/// kubectl asks for `...spec.v2@v1.0+protobuf`, which is no media type, and refuses to be answered
/// with it.
inline constexpr std::string_view openapi_v2_media_type =
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// For each type a path whose PATCH has the parameter `dryRun`: without it kubectl refuses
/// `--dry-run=server`. In the only encoding that kubectl asks for, Protocol Buffers of
/// github.com/google/gnostic, `OpenAPIv2.proto`.
std::string openapi_v2(std::span<const ResourceType> types);

}  // namespace understudy::sandbox
