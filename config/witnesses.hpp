/// `[[control_plane]]` and `[[canary]]`: who speaks about the planes, and who speaks about
/// ourselves.
#pragma once

#include "config/planes.hpp"

#include <optional>
#include <string>

namespace understudy::config {

struct ControlPlaneReading {
    std::string name;
    std::optional<net::KubernetesOptions> cluster;
    std::optional<net::KubernetesOptions> acting_cluster;
    PlacedProbe probe;
};

ControlPlaneReading read_control_plane(Section& section, const Pace& pace);

struct CanaryReading {
    core::CanarySettings canary;
    std::optional<PlacedProbe> probe;  ///< Empty: its target could not be read.
};

CanaryReading read_canary(Section& section, const Pace& pace);

}  // namespace understudy::config
