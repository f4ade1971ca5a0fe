/// What a reload cannot change.
#pragma once

#include "config/settings.hpp"

#include <string>

namespace understudy {

/// The part of the settings that differs and belongs to things which are bound, locked, started or
/// recorded at the start; empty when a reload takes everything over.
std::string needs_restart(const config::Settings& before, const config::Settings& after);

}  // namespace understudy
