/// `status.conditions` of an object.
#pragma once

#include "sandbox/json.hpp"

#include <string_view>

namespace understudy::sandbox {

/// Sets a condition; its transition time moves only when its status does.
void set_condition(
    json::value& object, std::string_view type, bool status, std::string_view reason);

}  // namespace understudy::sandbox
