/// JSON that stands inside strings of the configuration.
#pragma once

#include <string_view>

namespace understudy::config {

bool is_json(std::string_view text);
/// An object that has at least one member.
bool is_json_object(std::string_view text);

/// RFC 6901, not empty: `/status`, `/data/0`, `/a~1b`.
bool is_json_pointer(std::string_view text);

}  // namespace understudy::config
