/// What a human asks of the executor through the admin socket: checked here, decided by the core.
///
///     {"verb": "failover", "plan": "0123456789abcdef", "reason": "..."}
///     {"verb": "approve", "run": 7, "plan": "0123456789abcdef"}
///     {"verb": "abort", "run": 7}          {"verb": "resume", "run": 7}
///     {"verb": "undo", "run": 7, "reason": "..."}
///     {"verb": "rearm", "reason": "..."}
///     {"verb": "hold", "for": "2h", "reason": "..."}      {"verb": "release"}
///     {"verb": "adopt", "active": "west", "reason": "..."}
///     {"verb": "waive", "plane": "east", "reason": "..."}
///     {"verb": "takeover", "reason": "..."}
///
/// Each field is required, and no other is taken: what was misspelt must not be left out silently.
#pragma once

#include "core/runs.hpp"
#include "daemon/admin_protocol.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy {

inline constexpr std::size_t reason_characters_max = 500;
/// A hold always expires.
inline constexpr core::Duration hold_max = std::chrono::hours(24 * 30);

/// Is it one of the verbs above?
bool is_command(std::string_view verb);

/// The number of the request and what the judge contributes (decision, closed gates) are left for
/// the caller.
/// Throws std::runtime_error that says what is wrong with the request.
core::run_event::Command command_of(
    const Principal& principal,
    const AdminRequest& request,
    const std::vector<std::string>& planes);

/// `user alice (uid 1000)`, or `uid 1000`. The name is that of /etc/passwd alone: a directory
/// service that does not answer, in the very outage that brings people here, must not block the
/// event loop.
std::string text_of(const Principal& principal);

}  // namespace understudy
