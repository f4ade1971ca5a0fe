/// The daemon's JSON as tables for people.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace understudy {

/// Colour only on a terminal, and never when NO_COLOR is set or TERM is dumb.
struct TextStyle {
    bool colour = false;
};

std::string status_text(const boost::json::object& status, TextStyle style);
std::string why_text(const boost::json::object& why, TextStyle style);

}  // namespace understudy
