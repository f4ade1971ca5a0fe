/// A wall time in words, for alerts and answers that the core writes.
#pragma once

#include "core/time.hpp"

#include <string>

namespace understudy::core {

/// `2026-11-30 09:05:00 UTC`
std::string utc_text(WallTime time);

}  // namespace understudy::core
