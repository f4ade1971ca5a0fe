/// The three kinds of patches that a Kubernetes API server takes.
#pragma once

#include "sandbox/json.hpp"

namespace understudy::sandbox {

/// RFC 6902. Throws ApiError: 400 when the patch is not one, 422 when it cannot be applied; a
/// `test` that does not hold is 422 `Invalid` as well, as a real server answers it.
json::value json_patch(json::value document, const json::value& patch);

/// RFC 7396.
json::value merge_patch(json::value document, const json::value& patch);

/// Kubernetes' own: like a merge patch, but lists whose elements have a key (containers and env by
/// `name`, ports by `containerPort`, conditions by `type`, ...) are merged element by element, and
/// `"$patch": "delete"` or `"replace"` are directives.
json::value strategic_patch(json::value document, const json::value& patch);

}  // namespace understudy::sandbox
