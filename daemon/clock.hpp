/// The one place where the daemon reads its clocks.
#pragma once

#include "core/time.hpp"

namespace understudy {

/// Both clocks, read together.
core::Now read_clocks() noexcept;

}  // namespace understudy
