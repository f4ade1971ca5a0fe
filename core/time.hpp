/// Time as the core knows it: it is told, and never asks.
#pragma once

#include <chrono>

namespace understudy::core {

using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;

/// The time line of decisions: CLOCK_BOOTTIME, so that a suspended machine counts its sleep. It has
/// no now() on purpose; the one function that reads the clock is the shell's `daemon/clock.hpp`.
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

/// One moment read from both clocks together.
struct Now {
    Instant instant;
    WallTime wall;
};

}  // namespace understudy::core
