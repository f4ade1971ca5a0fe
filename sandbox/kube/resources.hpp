/// The kinds of objects that the API server knows, and the discovery documents that tell clients
/// so.
#pragma once

#include "sandbox/json.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::sandbox {

struct ResourceType {
    std::string_view group;  ///< Empty: the core group.
    std::string_view version;
    std::string_view plural;
    std::string_view singular;
    std::string_view kind;
    std::string_view short_name;  ///< Empty: none.
    bool namespaced = true;
    bool status = false;   ///< Has the status subresource.
    bool scale = false;    ///< Has the scale subresource.
    bool built_in = true;  ///< A custom resource takes no strategic merge patch.

    std::string api_version() const;
    /// `deployments.apps`: how messages name it, and the key of storage, whatever the version.
    std::string qualified() const;
};

/// All of them.
std::span<const ResourceType> resource_types();

/// The type served at that group and version; null when there is none.
const ResourceType* find_type(
    std::string_view group, std::string_view version, std::string_view plural);
/// The type of that kind, for controllers and fixtures; throws std::invalid_argument.
const ResourceType& type_of_kind(std::string_view kind);

/// The document at a discovery path (`/api`, `/apis`, `/api/v1`, `/apis/GROUP[/VERSION]`,
/// `/version`,
/// `/openapi/v3...`). `batch_v1beta1`: is that older version served too?
std::optional<json::value> discovery(std::string_view path, bool batch_v1beta1);

}  // namespace understudy::sandbox
