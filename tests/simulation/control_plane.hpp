/// The truth of one workload cluster's agents.
#pragma once

#include "core/time.hpp"

#include <cstdint>

#include "plane.hpp"

namespace understudy::simulation {

struct ControlPlane {
    KubernetesObject object;  ///< Its deployment `edge`.
    std::size_t peer = 0;     ///< The plane that it holds a stream to.
    bool has_stream = true;
    core::Instant resolves_from{};  ///< Until then its cache answers as before.
    std::size_t cached = 0;
    core::Instant exchanged{};  ///< True time of the last exchange.
    std::array<core::Instant, plane_count> exchanged_with{};
    core::Instant available_from{};
    std::int64_t restarted_at = 0;  ///< Unix ms by its own clock, as the annotation says.
    std::chrono::milliseconds clock_offset{};

    /// As `edge` tells it: of its last exchange.
    std::size_t last_peer() const { return exchanged_with[1] > exchanged_with[0] ? 1 : 0; }
};

}  // namespace understudy::simulation
