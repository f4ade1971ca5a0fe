/// CLOCK_BOOTTIME for what must be bound to a deadline where it happens: effects.
#pragma once

#include "core/time.hpp"

namespace understudy::net {

core::Instant boot_now() noexcept;

/// What is left until `deadline`; never negative.
core::Duration until(core::Instant deadline) noexcept;

}  // namespace understudy::net
