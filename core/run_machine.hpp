/// A run from its request to its end: a table of (state, event) -> state.
#pragma once

#include "core/transitions.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::core {

enum class RunState : std::uint8_t {
    awaiting_approval,  ///< Mode `approve`: a human confirms the plan's hash, or it expires.
    running,
    held,       ///< An operator's hold is on: no new intent.
    parked,     ///< It needs a human.
    done,       ///< The control planes were seen at the new plane. Final.
    degraded,   ///< Promoted and switched, but something is missing and is named. Final.
    undone,     ///< An undo run reached its end. Final.
    aborted,    ///< Ended before anything was intended. Final.
    expired,    ///< Nobody approved in time. Final.
    abandoned,  ///< A human took it out of our hands (undo, adopt, takeover). Final.
};
inline constexpr std::size_t run_state_count = 10;

enum class RunEvent : std::uint8_t {
    approved,
    approval_expired,
    all_reached,         ///< The last step's operations reached their goals.
    ended_with_missing,  ///< As before, but some were passed over.
    undo_reached,        ///< The last step of an undo run.
    abort_allowed,       ///< A human asked, and no intent was written.
    operation_stopped,   ///< One stopped, and its step says `park`.
    foreign_record,      ///< The world's record is newer or somebody else's.
    hold_began,
    hold_ended,
    resumed,     ///< A human asked to go on.
    superseded,  ///< An undo run or `adopt` takes over.
};
inline constexpr std::size_t run_event_count = 12;

struct RunTransition {
    RunState from;
    RunEvent event;
    RunState to;
    std::string_view why;
};

std::string_view name_of(RunState state) noexcept;
std::string_view name_of(RunEvent event) noexcept;
std::optional<RunState> run_state_named(std::string_view name) noexcept;

/// Every pair that moves the machine, and every pair that does not: each is in one of the two.
std::span<const RunTransition> run_table() noexcept;
std::span<const Unmoved<RunState>> run_unmoved() noexcept;
/// Empty: that event means nothing in that state, for the reason that `why_of()` gives, and is
/// refused.
std::optional<RunState> next(RunState state, RunEvent event) noexcept;
Ruling ruling_on(RunState state, RunEvent event) noexcept;
std::string_view why_of(RunState state, RunEvent event) noexcept;
bool is_final(RunState state) noexcept;

}  // namespace understudy::core
