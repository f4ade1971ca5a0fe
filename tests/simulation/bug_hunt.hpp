/// Whether the simulator finds the bugs that are planted in the core that it is linked with.
#pragma once

#include <cstdint>

namespace understudy::simulation {

/// Wakes each bug (or only that one, if not 0), and tries so many seeds until an invariant does
/// not hold. Prints who died at which seed, and the survivors. Returns 0 when every bug that is the
/// simulator's died but a share of one in twenty, and nobody died whom no bug killed.
int hunt_bugs(std::uint64_t seeds, int only);

}  // namespace understudy::simulation
