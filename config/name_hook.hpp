/// `[floating.hook]`: how the floating name is switched by a program.
#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

/// Fills both halves of `acting` when the section is there; it excludes `[floating.update]`.
void read_name_hook(Section& floating, ActingDefinition& acting);

}  // namespace understudy::config
