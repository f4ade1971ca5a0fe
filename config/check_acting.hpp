/// What `[acting]` means before anything happens: what would be done by itself, how long a run may
/// take, and what is not there.
#pragma once

#include "config/check.hpp"
#include "config/settings.hpp"

namespace understudy::config {

/// Adds nothing when the file has no `[acting]`.
void assess_acting(const Settings& settings, Assessment& assessment);

}  // namespace understudy::config
