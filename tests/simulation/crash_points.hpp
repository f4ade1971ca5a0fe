/// Every moment at which a process can die in a run, one after the other, and in pairs.
#pragma once

#include "core/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "simulation.hpp"

namespace understudy::simulation {

struct CrashReport {
    std::uint64_t boundaries = 0;  ///< Of the clean run.
    std::uint64_t runs = 0;
    std::vector<std::string> failures;
};

/// After each crash the run ends as the clean one does, and the world is as it leaves it. With
/// `pairs` every pair of crashes is tried as well.
CrashReport try_crash_points(core::Variant variant, bool pairs);

/// One plane dies for good, the process at these boundaries, and nothing else ever happens.
Options one_failover(core::Variant variant, CrashPair crash_at = {});

}  // namespace understudy::simulation
