/// `[floating.update]`: how the floating name is switched without a hook.
#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace understudy::config {

/// Empty when the section is not there. `servers` are those of `[floating]`.
std::optional<NameUpdate> read_name_update(
    Section& floating, const std::string& floating_name, const std::vector<std::string>& servers);

}  // namespace understudy::config
