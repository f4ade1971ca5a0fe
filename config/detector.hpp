/// `[detector]` and `[standby]`: how the judge decides.
#pragma once

#include "config/pace.hpp"
#include "config/section.hpp"
#include "core/settings.hpp"

namespace understudy::config {

struct DetectorReading {
    core::DetectorSettings settings;
    Pace pace;  ///< What probes start from.
};

/// The profile, and what is set beside it.
DetectorReading read_detector(Section& section);

core::StandbySettings read_standby(Section& section);

}  // namespace understudy::config
