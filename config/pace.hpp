/// How often and how hard a probe looks: the keys that the detector's defaults and each probe
/// share.
#pragma once

#include "config/section.hpp"
#include "core/settings.hpp"

#include <string_view>

namespace understudy::config {

struct Pace {
    core::Duration interval = std::chrono::seconds(5);
    core::Duration burst_interval = std::chrono::seconds(1);
    core::Duration timeout = std::chrono::seconds(3);
    core::Damping damping;
};

/// `interval`, `burst_interval`, `timeout`, `fall`, `rise`, `window`, `degraded_share`,
/// `down_share`; keys that are not there leave the pace as it is. Reports values that contradict
/// each other.
void read_pace(Section& section, Pace& pace);

Pace pace_of(const core::ProbeSettings& settings);
void apply(const Pace& pace, core::ProbeSettings& settings);

}  // namespace understudy::config
