/// What follows from the settings before anything runs: how fast, and what can never happen.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace understudy::config {

/// The longest time from a fault of a plane to a verdict, when what fails keeps silent.
struct DetectionTime {
    std::string plane;
    std::string path;  ///< `dead, kubernetes confirms`.
    core::Duration verdict{};
    core::Duration action{};  ///< With the confirmation window.
};

struct Assessment {
    std::vector<DetectionTime> times;
    std::vector<std::string> missing;  ///< Evidence classes and sources that are not configured.
    std::vector<std::string> never;    ///< What can therefore not happen, or only in part.
    std::vector<std::string> acting;   ///< What a run would do, and when.
};

/// Local recovery and maintenance may hold a gate for longer; they are bounded by their own
/// settings.
Assessment assess(const Settings& settings);

/// For people, one statement a line.
std::vector<std::string> lines_of(const Assessment& assessment);

}  // namespace understudy::config
