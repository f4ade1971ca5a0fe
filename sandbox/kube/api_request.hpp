/// What a request to the Kubernetes API asks for, read out of its parameters, headers and body.
#pragma once

#include "sandbox/http.hpp"
#include "sandbox/kube/api_path.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/kube/watch.hpp"

#include <string>

namespace understudy::sandbox {

/// All of these throw ApiError when they cannot read what they need.
json::value parsed_body(const Request& request);
bool is_dry_run(const Request& request);
bool wants_watch(const Request& request);
WatchRequest watch_request(const Request& request, const ApiPath& path);

/// `get`, `list`, `watch`, `create`, `update`, `patch` or `delete`.
std::string verb_of(const Request& request, const ApiPath& path);

/// `object` with the patch applied that the body is, in the kind that Content-Type names.
json::value patched(const Request& request, const ResourceType& type, const json::value& object);

/// Only the object's metadata is wanted, as a PartialObjectMetadata.
bool wants_metadata_only(const Request& request);

/// The options of a deletion are in its body.
Preconditions preconditions_of(const Request& request);
bool deletion_is_dry_run(const Request& request);

}  // namespace understudy::sandbox
