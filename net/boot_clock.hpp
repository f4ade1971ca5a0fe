/// The clock of deadlines.
#pragma once

#include "core/time.hpp"

namespace understudy::net {

/// CLOCK_BOOTTIME, on the time line of core::Instant.
core::Instant boot_now();

}  // namespace understudy::net
