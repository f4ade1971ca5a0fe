/// Which plane is active: our own durable record, always held against the world.
#pragma once

#include "core/knowledge.hpp"
#include "core/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

enum class Role : std::uint8_t { active, standby, unknown };
std::string_view name_of(Role role) noexcept;

/// What the world says of one plane: does it claim to be the standby?
enum class Claim : std::uint8_t { active, standby, silent };

/// By the first of these that is known: Kubegres `spec.standby.enabled`; `pg_is_in_recovery()` of
/// every configured instance; replicas of `tsb` and `iam` (a plane with both at 0 is no active
/// one).
Claim claim_of(const std::string& plane, const Knowledge& knowledge);

/// The record against the world. A conflict makes both roles unknown, which blocks any action.
struct RoleJudgement {
    std::string active;  ///< As recorded.
    std::string standby;
    std::string conflict;  ///< Empty when the world agrees or is silent; else what contradicts.
};

/// `floating_answer` is what the floating name points to; empty when not known.
RoleJudgement judge_roles(
    const WatchSettings& settings,
    const std::string& recorded_active,
    const Knowledge& knowledge,
    const std::string& floating_answer);

}  // namespace understudy::core
