/// What everybody in a simulation shares.
#pragma once

#include <cstdint>

#include "boundaries.hpp"
#include "event_queue.hpp"
#include "oracle.hpp"
#include "statistics.hpp"
#include "trace.hpp"
#include "world.hpp"

namespace understudy::simulation {

struct Stage {
    Stage(std::uint64_t its_seed, core::Variant variant, bool tells)
        : seed(its_seed), world(variant, beginning), boundaries(its_seed), trace(tells)
    {}

    std::uint64_t seed;
    core::Instant now = beginning;
    EventQueue queue;
    World world;
    Boundaries boundaries;
    Trace trace;
    Statistics statistics;
    Oracle oracle{*this};
    /// Between its check and its sending a process may be stopped, so often and so long.
    std::uint64_t stops_before_sending_per_mille = 0;
    /// A server may take so long over what it received.
    core::Duration server_dawdles{};
    core::Duration disk_takes = std::chrono::milliseconds(2);
    bool measures_detection = false;  ///< Outages are what the scenario is about.

    void plan(
        core::Duration in,
        EventKind kind,
        std::uint32_t subject = 0,
        std::uint8_t bastion = 0,
        std::uint32_t process = 0)
    {
        queue.push({now + in, 0, kind, bastion, subject, process});
    }
};

}  // namespace understudy::simulation
