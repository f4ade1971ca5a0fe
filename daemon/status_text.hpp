/// The daemon's JSON as tables for people.
#pragma once

#include "daemon/text_parts.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace understudy {

std::string status_text(const boost::json::object& status, TextStyle style);
std::string why_text(const boost::json::object& why, TextStyle style);

}  // namespace understudy
