/// The steps that plans are made of, one function each; `planner.cpp` puts them in order.
#pragma once

#include "core/acting_settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

/// What every step is made from. The references must outlive it.
struct PlanParts {
    const ActingSettings& settings;
    const std::string& old_plane;
    const std::string& new_plane;
    const LastSeen& last_seen;

    /// The plane's own DNS name; empty when the settings do not know the plane.
    std::string host_of(const std::string& plane) const;
};

Step claim_step(const PlanParts& parts);
/// Restore jobs suspended and ended, content compared, the promote patch rehearsed.
std::vector<Step> quiet_steps(const PlanParts& parts);
Step fence_step(const PlanParts& parts);
/// The point of no return, and what has to hold after it before anybody is sent to the new plane.
std::vector<Step> promotion_steps(const PlanParts& parts);
Step serve_step(const PlanParts& parts);
std::vector<Step> name_steps(const PlanParts& parts);
Step retire_step(const PlanParts& parts);
Step rejoin_step(const PlanParts& parts);
Step prove_step(const PlanParts& parts);
Step hook_step(const PlanParts& parts, const HookSettings& hook);

/// Empty: the operation changed nothing that can be put back.
std::optional<Operation> undo_operation(const PlanParts& parts, const Before& change);
/// A step of an undo run for operations of that kind, without any yet.
Step undo_step(const PlanParts& parts, OperationKind kind);

}  // namespace understudy::core
