/// What an operation's reading sees of the world: the simulated end of the actions' `observe`.
#pragma once

#include "core/operation.hpp"

#include "world.hpp"

namespace understudy::simulation {

struct Reading {
    core::Observation observation;
    core::Duration took{};
};

/// Reads now. What it sees of a stopped deployment is noted in the world, as what we can know.
Reading read_operation(
    const core::Operation& operation, World& world, core::Instant now, Random& random);

}  // namespace understudy::simulation
