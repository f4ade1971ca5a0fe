/// `[[plane]]`: one Management Plane, its ready-made probes, and what the operator changed of them.
#pragma once

#include "config/pace.hpp"
#include "config/ready_made.hpp"
#include "config/section.hpp"
#include "config/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::config {

/// A probe, and where in the file it comes from.
struct PlacedProbe {
    ProbeDefinition probe;
    Position at;
};

/// What every plane's reading needs from the rest of the file.
struct PlaneContext {
    std::string floating_name;
    core::Variant variant = core::Variant::embedded_sync;
    std::vector<std::string> key_secrets;
    Pace pace;
};

struct PlaneReading {
    core::PlaneSettings plane;
    std::optional<net::KubernetesOptions> cluster;
    std::optional<net::KubernetesOptions> acting_cluster;
    PlaneAccess access;  ///< Without what its probes tell.
    std::vector<PlacedProbe> probes;
};

PlaneReading read_plane(Section& section, const PlaneContext& context);

/// `kubeconfig` and `context`; empty when there is no kubeconfig.
std::optional<net::KubernetesOptions> read_cluster(Section& section);
/// `acting_kubeconfig` and `acting_context`; what is not given is as for watching. Empty when there
/// is no kubeconfig at all.
std::optional<net::KubernetesOptions> read_acting_cluster(
    Section& section, const std::optional<net::KubernetesOptions>& watching);

}  // namespace understudy::config
