/// Kinds of scenario.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::simulation {

enum class Profile : std::uint8_t {
    healthy_noisy,
    outage,
    outage_with_faults,
    adversarial,
    quiet,
};

struct ProfileRow {
    Profile profile;
    std::string_view name;
    core::Duration length;
    std::uint64_t share_per_mille;  ///< Of the mixed profile.
};
std::span<const ProfileRow> profiles() noexcept;
std::optional<ProfileRow> profile_named(std::string_view name) noexcept;
/// The profile of a seed when none is asked for.
ProfileRow mixed_profile_of(std::uint64_t seed) noexcept;

}  // namespace understudy::simulation
