/// What a failover is to make of the world, in words that two worlds can be compared by.
#pragma once

#include <string>

#include "faults/acting_pair.hpp"

namespace understudy::sandbox {

/// One line for each thing that a run moves, as kubectl, psql, dig and BIND's
/// log tell it; none of it depends on how long the run took. What must not happen twice is
/// counted: changes of the ManagementPlane resource (its generation), promotions (PostgreSQL's
/// timeline) and changes of the floating name.
std::string world_of(const ActingPair& pair);

/// After a run that nothing disturbed, of a pair on which one witness was committed. Each hook is a
/// step more.
std::string world_after_a_clean_run(const std::string& variant = "embedded-sync", int hooks = 0);

}  // namespace understudy::sandbox
