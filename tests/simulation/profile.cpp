#include "profile.hpp"

#include <algorithm>
#include <array>

#include "random.hpp"

namespace understudy::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::array profile_rows{
    ProfileRow{Profile::healthy_noisy, "healthy-noisy", 1h, 300},
    ProfileRow{Profile::outage, "outage", 1h, 250},
    ProfileRow{Profile::outage_with_faults, "outage-with-faults", 1h, 250},
    ProfileRow{Profile::adversarial, "adversarial", 1h, 180},
    ProfileRow{Profile::quiet, "quiet", 6h, 20},
};

}  // namespace

std::span<const ProfileRow> profiles() noexcept { return profile_rows; }

std::optional<ProfileRow> profile_named(std::string_view name) noexcept
{
    const auto* const found = std::ranges::find(profile_rows, name, &ProfileRow::name);
    return found == profile_rows.end() ? std::nullopt : std::optional(*found);
}

ProfileRow mixed_profile_of(std::uint64_t seed) noexcept
{
    auto drawn = Random(seed, "profile").below(1000);
    for (const auto& row : profile_rows) {
        if (drawn < row.share_per_mille)
            return row;
        drawn -= row.share_per_mille;
    }
    return profile_rows.back();
}

}  // namespace understudy::simulation
