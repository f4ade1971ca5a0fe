/// `[acting]` and the sections of a run: what the daemon may do, and what it needs for that.
#pragma once

#include "config/planes.hpp"
#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

/// What the modes that act cannot do without, of one plane. Reports nothing in mode `observe`.
void require_for_acting(Section& plane, const PlaneReading& reading, core::Mode mode);

/// Completes `parts` (planes, floating name) and puts it into `settings`, when there is `[acting]`.
/// The sections are checked in any case. Comes after everything that is watched has been read.
void read_acting(Section& root, ActingDefinition parts, Settings& settings);

}  // namespace understudy::config
