/// `[[plane.probe]]`: tunes a ready-made probe, removes it, or adds one.
#pragma once

#include "config/planes.hpp"

#include <vector>

namespace understudy::config {

/// Applies every `[[plane.probe]]` of the plane's section to its probes.
void tune_probes(
    Section& plane_section,
    const PlaneDescription& plane,
    const Pace& pace,
    std::vector<PlacedProbe>& probes);

}  // namespace understudy::config
