/// What it takes, after a failover, to have a standby again. Understudy never does it by itself: it
/// destroys the old plane's data, and failing back is a second outage.
#pragma once

#include "core/plan.hpp"

#include <string>
#include <vector>

namespace understudy {

/// In order, each with its command where there is one. The facts behind it are in
/// docs/tsb-facts.md.
std::vector<std::string> rebuild_steps(const core::Plan& plan);

}  // namespace understudy
