/// `understudy explain` for people.
#pragma once

#include "daemon/text_parts.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace understudy {

/// Of `predicted` and `measured`, which may be missing: then `unmeasured_because` says why.
std::string explain_text(const boost::json::object& explanation, TextStyle style);

}  // namespace understudy
