/// JSON merge patches (RFC 7396) as the operator configures them.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

namespace understudy::actions {

/// Empty when the text is not a JSON object.
std::optional<boost::json::value> merge_patch_in(std::string_view text);

/// Would applying the patch change nothing? Every leaf of it is there, and what it sets to null is
/// not.
bool is_applied(const boost::json::value& object, const boost::json::value& patch);

}  // namespace understudy::actions
