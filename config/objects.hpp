/// Names of Kubernetes objects. They become part of a request's path, so nothing else is let in.
#pragma once

#include "config/section.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

/// A DNS subdomain (RFC 1123), as the API server wants the names of objects:
/// kubernetes.io/docs/concepts/overview/working-with-objects/names.
bool is_object_name(std::string_view text) noexcept;

void read_object(Section& section, std::string_view key, std::string& into);
/// A name that stands twice is reported as well.
void read_objects(Section& section, std::string_view key, std::vector<std::string>& into);

}  // namespace understudy::config
