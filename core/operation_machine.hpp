/// How one operation gets from its plan to its goal: a table of (state, event) -> state.
///
/// Reading comes first, and comes again after each effect: `check` and `verify` are the same
/// reading, so doing an operation twice equals doing it once, and a restart begins where a first
/// try begins.
#pragma once

#include "core/transitions.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::core {

enum class OperationState : std::uint8_t {
    queued,       ///< Its turn has not come.
    reading,      ///< The world is being read.
    pausing,      ///< Until it is read again.
    intending,    ///< The intent is being made durable.
    acting,       ///< The effect is in flight.
    reached,      ///< The goal was seen. Final.
    stopped,      ///< Out of time, or it must not be done. A human may resume it.
    passed_over,  ///< Stopped, and the plan says to go on without it. Final.
};
inline constexpr std::size_t operation_state_count = 8;

enum class OperationEvent : std::uint8_t {
    began,      ///< Its turn came, or a restart found it without a goal.
    woke,       ///< The pause is over.
    satisfied,  ///< Read: the goal is there, stable for long enough, and no effect of ours is open.
    needed,     ///< Read: an effect is needed and may start now.
    not_yet,    ///< Read: not there, unreadable, not stable yet, or an effect must wait.
    forbidden,  ///< Read: it must not be done.
    recorded,   ///< The intent is durable.
    performed,  ///< The effect ended: applied, refused or unknown. The world tells which.
    out_of_time,  ///< The step's deadline passed.
    resumed,      ///< A human repaired something.
    given_up,     ///< The plan goes on without it.
};
inline constexpr std::size_t operation_event_count = 11;

struct OperationTransition {
    OperationState from;
    OperationEvent event;
    OperationState to;
    std::string_view why;
};

std::string_view name_of(OperationState state) noexcept;
std::string_view name_of(OperationEvent event) noexcept;

/// Every pair that moves the machine, and every pair that does not: each is in one of the two.
std::span<const OperationTransition> operation_table() noexcept;
std::span<const Unmoved<OperationState>> operation_unmoved() noexcept;
/// Empty: the machine stays where it is, for the reason that `why_of()` gives.
std::optional<OperationState> next(OperationState state, OperationEvent event) noexcept;
Ruling ruling_on(OperationState state, OperationEvent event) noexcept;
std::string_view why_of(OperationState state, OperationEvent event) noexcept;
bool is_final(OperationState state) noexcept;

}  // namespace understudy::core
