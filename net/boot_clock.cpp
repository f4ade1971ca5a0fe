#include "net/boot_clock.hpp"

#include <ctime>

namespace understudy::net {

core::Instant boot_now()
{
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return core::Instant(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace understudy::net
