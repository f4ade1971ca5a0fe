/// `[[receiver]]` and `[heartbeat]`: who is told, and who hears that we live.
#pragma once

#include "config/section.hpp"
#include "store/receiver_options.hpp"

#include <optional>
#include <vector>

namespace understudy::config {

std::vector<store::ReceiverOptions> read_receivers(Section& root);

/// `interval` is the detector's: a heartbeat cannot tell more often than decisions are made.
std::optional<store::HeartbeatOptions> read_heartbeat(Section& root, core::Duration interval);

}  // namespace understudy::config
