/// From a failing seed to the little that is needed for its failure.
#pragma once

#include "simulation.hpp"

namespace understudy::simulation {

/// Leaves out every kind of fault without which the same invariant is still violated, then ends
/// the scenario right after the violation. The options must lead to a violation.
Options shrink(Options options);

/// How to see it again.
std::string command_of(const Options& options);

}  // namespace understudy::simulation
