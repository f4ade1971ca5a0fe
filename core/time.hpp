/// Time as the core knows it: it is told, and never asks.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace understudy::core {

using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;

/// The time line of decisions: CLOCK_BOOTTIME, so that a suspended machine counts its sleep. It has
/// no now() on purpose; it is read by the shell alone: `daemon/clock.hpp`, and `net/boot_clock.hpp`
/// for deadlines.
struct Monotonic {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Monotonic>;
    static constexpr bool is_steady = true;
};
using Instant = Monotonic::time_point;

/// Wall-clock time (UTC). For people, for records that outlive a boot and for certificates; never
/// for intervals, because it can be stepped.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// The latest wall time that is believed (the year 2200): differences of believed times still fit
/// into a Duration.
inline constexpr WallTime wall_max{std::chrono::seconds(7'258'118'400)};

/// Seconds since 1970 as other machines write them, forced into what is believable: a hostile
/// number must not overflow our arithmetic.
constexpr WallTime wall_from_unix_seconds(std::int64_t seconds) noexcept
{
    const auto limit =
        std::chrono::duration_cast<std::chrono::seconds>(wall_max.time_since_epoch()).count();
    return WallTime(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, limit)));
}

/// One moment read from both clocks together.
struct Now {
    Instant instant;
    WallTime wall;
};

}  // namespace understudy::core
