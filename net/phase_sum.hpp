/// The phases of a check that takes several exchanges.
#pragma once

#include "core/outcome.hpp"

#include <vector>

namespace understudy::net {

/// Adds `more` to `sum` phase by phase, in the order of core::Phase.
void add_phases(std::vector<core::PhaseTime>& sum, const std::vector<core::PhaseTime>& more);

}  // namespace understudy::net
