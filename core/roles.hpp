/// Which plane is active: our own durable record, always held against the world.
#pragma once

#include "core/knowledge.hpp"
#include "core/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

enum class Role : std::uint8_t { active, standby, unknown };
std::string_view name_of(Role role) noexcept;

/// What the world says of one plane: does it claim to be the standby?
enum class Claim : std::uint8_t { active, standby, silent };

/// Whether a DNS name is the plane's own, whatever its case, with or without the root's dot.
bool is_own_name(const PlaneSettings& plane, std::string_view name);

/// By what tells the planes of a variant apart, the first that is known:
///
/// | variant | Kubegres `spec.standby.enabled` | `pg_is_in_recovery()` | replicas of `tsb`, `iam` |
/// | --- | --- | --- | --- |
/// | `embedded-sync` | 1st | 2nd | no: both planes run their pods |
/// | `external-postgres` | no | 1st | 2nd |
/// | `restore`, `shared-postgres` | no | no: both see a writable primary | 1st |
///
/// A plane claims to stand by when every instance that told is in recovery, or both deployments are
/// scaled to 0.
Claim claim_of(const std::string& plane, const Knowledge& knowledge, Variant variant);

/// The plane whose own name the floating name points to; empty when it is neither.
std::string points_to(const WatchSettings& settings, std::string_view floating_answer);

/// The record against the world. A conflict makes both roles unknown, which blocks any action.
struct RoleJudgement {
    std::string active;  ///< As recorded.
    std::string standby;
    std::string conflict;  ///< Empty when the world agrees or is silent; else what contradicts.
};

/// `floating_answer` is what the floating name points to; empty when not known. Only a name can
/// contradict: addresses do not tell whose they are.
RoleJudgement judge_roles(
    const WatchSettings& settings,
    const std::string& recorded_active,
    const Knowledge& knowledge,
    std::string_view floating_answer);

/// What is wrong with a record that names a plane which is not configured: the planes were renamed,
/// or the record is another pair's. It is not overwritten by what the configuration says, because
/// that is older than any failover.
std::string conflict_with_stranger(const std::string& recorded_active);

}  // namespace understudy::core
