/// What a reading of the world means for an operation: the one place where goals are judged.
#pragma once

#include "core/operation.hpp"

#include <string>
#include <vector>

namespace understudy::core {

enum class Finding : std::uint8_t {
    satisfied,   ///< The goal is there.
    needed,      ///< It is not, and our effect would bring it.
    waiting,     ///< It is not, and there is nothing to do but to read again.
    refused,     ///< It must not be done: somebody else's, newer, or not what was planned.
    foreign,     ///< The world's record is of another owner or a newer epoch: the whole run parks.
    unreadable,  ///< Nothing is known.
};
std::string_view name_of(Finding finding) noexcept;

struct Assessment {
    Finding finding = Finding::unreadable;
    std::string why;    ///< For people, with what was seen.
    Parameters before;  ///< What undo must restore, from this reading: `replicas`, `suspend`.
    /// The goal is there by an effect of ours: read from the object's mark.
    bool ours = false;
    /// Satisfied, and yet a human has something left to do: the run ends `degraded`.
    std::string shortfall;
    /// What the effect is told besides the plan's parameters: `effect` when it is not the kind's
    /// usual one.
    Parameters effect;
    /// It goes on as soon as a human approves the run's plan.
    bool needs_approval = false;
};

/// What an assessment may know beside the reading.
struct AssessContext {
    OperationId id;
    std::string instance;    ///< Ours.
    std::string taken_over;  ///< Another instance whose record a human let us take over.
    std::string plan_hash;
    std::vector<std::string> processes;  ///< Of ours that had the run.
    bool acted = false;                  ///< An effect of this operation was sent in this run.
    bool may_act = true;                 ///< rejoin: laggards may be restarted now.
    std::int64_t switched_at_ms =
        0;  ///< Unix ms, the clusters' clocks: since when an exchange is one with the new plane.
    /// rejoin: a human approved the plan, and with it the tokens' deletion.
    bool is_approved = false;
    std::string tokens_kept;  ///< rejoin: what else keeps them from being deleted; empty: nothing.
    /// What held connections to the old plane was seen stopped: nobody exchanges with it any more.
    bool old_is_cut_off = true;
};

Assessment assess(
    const Operation& operation, const Observation& observation, const AssessContext& context);

}  // namespace understudy::core
