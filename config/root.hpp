/// The top level of the file: reads every section in an order in which later ones can rest on
/// earlier ones, and joins them.
#pragma once

#include "config/load.hpp"
#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

/// Meaningful only when nothing was reported.
Settings read_root(Section& root, const Surroundings& surroundings);

}  // namespace understudy::config
