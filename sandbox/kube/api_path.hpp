/// What a Kubernetes URL names.
#pragma once

#include "sandbox/kube/resources.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace understudy::sandbox {

/// `/api/v1/namespaces/tsb/pods/p-1:8080/proxy/metrics` is type pods, namespace tsb, name
/// `p-1:8080`, subresource `proxy`, rest `/metrics`.
struct ApiPath {
    const ResourceType* type = nullptr;
    std::string name_space;   ///< Empty: all namespaces, or a type without.
    std::string name;         ///< Empty: the collection.
    std::string subresource;  ///< Empty: the object itself.
    std::string rest;         ///< What follows the subresource.
};

/// Nothing when the path names no type that is served.
std::optional<ApiPath> parse_api_path(std::string_view path);

}  // namespace understudy::sandbox
