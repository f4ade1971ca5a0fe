/// From the configuration to the world that the executor reads and changes.
#pragma once

#include "actions/world.hpp"
#include "config/settings.hpp"

#include <memory>

namespace understudy {

/// Null when the configuration has no `[acting]`. Throws std::runtime_error or
/// std::invalid_argument that names what cannot be used. The tools must outlive the world.
std::unique_ptr<actions::Action> make_world_of(
    const config::Settings& settings, const actions::WorldTools& tools);

}  // namespace understudy
