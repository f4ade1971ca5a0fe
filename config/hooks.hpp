/// `[[hook]]`: programs of the operator's that belong to a run.
#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

/// Fills both lists of hooks, in the order of the file.
void read_hooks(Section& root, ActingDefinition& acting);

/// Reads `argv`, and the hash of the program that it names.
void read_program(Section& section, core::HookSettings& place, HookDefinition& hook);

/// Is there a hook before or after that step?
bool has_hook_for(const core::ActingSettings& settings, std::string_view step);

}  // namespace understudy::config
