/// Everything that is outside of the bastions, as it truly is.
#pragma once

#include "core/settings.hpp"

#include <array>
#include <vector>

#include "control_plane.hpp"
#include "name_service.hpp"
#include "network.hpp"
#include "node_clock.hpp"
#include "plane.hpp"

namespace understudy::simulation {

/// How a plane serves those who use it, seen from the clusters and not from a bastion.
enum class Service : std::uint8_t { good, sick, gone };

class World {
public:
    World(core::Variant variant, core::Instant now);

    core::Variant variant() const { return variant_; }

    std::array<Plane, plane_count> planes;
    std::array<ControlPlane, cluster_count> clusters;
    std::array<bool, canary_count> canary_answers{true, true};
    NameService names;
    Network network;
    bool tells_peer = true;  ///< The clusters' metrics name whom they exchange with.

    /// Does it take writes, as the split of a brain is about?
    bool is_active(std::size_t plane, core::Instant now) const;
    Service service_of(std::size_t plane, core::Instant now) const;
    /// Can this control plane exchange with that plane now?
    bool can_exchange(std::size_t cluster, std::size_t plane, core::Instant now) const;
    /// The documented request, by whoever reaches the front.
    bool answers(std::size_t plane, core::Instant now) const;
    /// Wall time of a cluster (or a plane, whose clocks are right).
    core::WallTime wall_at(core::Instant now) const;

    /// Time goes on: what is written and what replicas took over.
    void advance(core::Instant now);
    /// One round of a control plane with its plane, or its search for another.
    void exchange(std::size_t cluster, core::Instant now);
    /// Returns when the world will have settled.
    core::Instant scale(
        std::size_t plane,
        DeploymentName name,
        std::int64_t replicas,
        core::Duration takes,
        core::Instant now);
    core::Instant promote(std::size_t plane, core::Duration takes, core::Instant now);
    /// Kubelets that were cut off do what they missed.
    void reconnect_kubelets(std::size_t plane, core::Instant now);
    /// Bytes that a promotion of that plane's least current replica would lose now.
    std::int64_t bytes_behind(std::size_t standby) const;

private:
    void settle(core::Instant now);

    core::Variant variant_;
    core::Instant advanced_;
    NodeClock clock_;
};

}  // namespace understudy::simulation
