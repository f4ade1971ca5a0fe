/// The list of clusters as TSB's API answers it: `GET /v2/organizations/ORG/clusters`.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace understudy::net {

/// The names in the list: `name`, else what `fqn` ends with. No list is an empty one: JSON made of
/// protocol buffers leaves empty lists out.
std::vector<std::string> cluster_names_in(const boost::json::value& list);

/// The names of an answer's body, in order, with a blank between each two; empty when it is no JSON
/// object, or holds names that could not be told apart again.
std::optional<std::string> cluster_names_text(std::string_view body);

}  // namespace understudy::net
