/// Inequalities between settings of different sections: what each reader alone cannot see.
#pragma once

#include "config/planes.hpp"

#include <vector>

namespace understudy::config {

void check_relations(
    Section& detector, const core::WatchSettings& watch, const std::vector<PlacedProbe>& probes);

}  // namespace understudy::config
