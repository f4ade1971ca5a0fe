/// Who takes part: two planes, control planes, canaries, name servers and bastions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::simulation {

inline constexpr std::size_t plane_count = 2;
inline constexpr std::size_t cluster_count = 3;
inline constexpr std::size_t canary_count = 2;
inline constexpr std::size_t server_count = 2;   ///< Name servers; the first takes the updates.
inline constexpr std::size_t bastion_count = 2;  ///< The second is a copy of the first.

inline const std::array<std::string, plane_count> plane_names{"east", "west"};
inline const std::array<std::string, plane_count> plane_hosts{"east.tsb.test", "west.tsb.test"};
inline const std::array<std::string, cluster_count> cluster_names{"c1", "c2", "c3"};
inline const std::array<std::string, canary_count> canary_names{"canary-a", "canary-b"};
inline const std::string floating_name = "active.tsb.test";

/// The index of a name among others.
template <std::size_t N>
std::optional<std::size_t> index_in(
    const std::array<std::string, N>& names, std::string_view name) noexcept
{
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return i;
    }
    return std::nullopt;
}

constexpr std::size_t other_plane(std::size_t plane) noexcept { return 1 - plane; }

}  // namespace understudy::simulation
