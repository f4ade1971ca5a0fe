#include "net/boot_clock.hpp"

#include <algorithm>
#include <ctime>

namespace understudy::net {

core::Instant boot_now() noexcept
{
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);  // cannot fail for this clock on Linux
    return core::Instant(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

core::Duration until(core::Instant deadline) noexcept
{
    return std::max(deadline - boot_now(), core::Duration::zero());
}

}  // namespace understudy::net
