#include "daemon/clock.hpp"

#include <ctime>

namespace understudy {

namespace {

std::chrono::nanoseconds read(clockid_t clock) noexcept
{
    timespec time{};
    // Cannot fail for these clocks on Linux.
    clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

core::Now read_clocks() noexcept
{
    const auto wall = std::chrono::floor<std::chrono::milliseconds>(read(CLOCK_REALTIME));
    return {core::Instant(read(CLOCK_BOOTTIME)), core::WallTime(wall)};
}

}  // namespace understudy
