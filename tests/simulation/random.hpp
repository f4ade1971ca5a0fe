/// Chance, drawn from a seed. Each (node, purpose) has a stream of its own, so that one draw more
/// in one place shifts no draw in another.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string_view>

namespace understudy::simulation {

/// FNV-1a, 64 bit: equal for every compiler and machine.
constexpr std::uint64_t fnv1a(
    std::string_view text, std::uint64_t hash = 0xcbf29ce484222325ULL) noexcept
{
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

/// SplitMix64.
class Random {
public:
    Random(std::uint64_t seed, std::string_view purpose) noexcept
        : state_(fnv1a(purpose) ^ (seed * 0x9e3779b97f4a7c15ULL))
    {
        next();
    }

    std::uint64_t next() noexcept
    {
        state_ += 0x9e3779b97f4a7c15ULL;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    /// From 0 to `limit` - 1; 0 when there is nothing to choose from.
    std::uint64_t below(std::uint64_t limit) noexcept { return limit == 0 ? 0 : next() % limit; }
    bool chance(std::uint64_t per_mille) noexcept { return below(1000) < per_mille; }
    /// To the microsecond.
    core::Duration between(core::Duration least, core::Duration most) noexcept
    {
        const auto span = std::chrono::duration_cast<std::chrono::microseconds>(most - least);
        return least + std::chrono::microseconds(static_cast<std::int64_t>(
                           below(static_cast<std::uint64_t>(span.count()) + 1)));
    }

private:
    std::uint64_t state_;
};

}  // namespace understudy::simulation
