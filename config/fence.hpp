/// `[fence]`: who is fenced, and what to do when the old plane cannot be reached for it.
#pragma once

#include "config/section.hpp"
#include "core/acting_settings.hpp"

namespace understudy::config {

/// Wants `settings.effect` to be filled.
void read_fence(Section& root, core::ActingSettings& settings);

}  // namespace understudy::config
