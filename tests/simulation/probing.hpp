/// What a probe sees of the world: the simulated end of probes/.
#pragma once

#include "core/outcome.hpp"
#include "core/settings.hpp"

#include "world.hpp"

namespace understudy::simulation {

/// Runs that probe now. `took` says how long it takes; what it sees is the world as it is now.
core::Outcome run_probe(
    const core::ProbeSettings& probe, const World& world, core::Instant now, Random& random);

}  // namespace understudy::simulation
