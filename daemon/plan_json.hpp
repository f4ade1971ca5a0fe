/// The plan that would run now, as JSON for programs: the one source of `understudy plan`.
#pragma once

#include "core/assess.hpp"
#include "core/last_seen.hpp"
#include "core/plan.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace understudy {

/// A plan with its live checks. The hash covers the plan alone.
struct PlanView {
    core::Plan plan;
    std::string hash;
    core::LastSeen last_seen;       ///< What the standby's content is held against, with its age.
    core::WallTime suspected_at{};  ///< What a loss in seconds is counted to.
    /// By (plan.generation + 1, step, index): the id that the run would give the operation. An
    /// operation that was not read (a hook) is not there.
    std::map<core::OperationId, core::Assessment> checks;
    std::vector<std::string> obstacles;  ///< Closed gates: why a run would be refused now.
};

/// Steps with operations, checks and manual commands; what would be changed; how long it is
/// expected to take, in seconds; the step that is the point of no return; the hash.
boost::json::object plan_json(const PlanView& view);

}  // namespace understudy
