/// What the detector is worth, for `understudy explain`: as the settings predict it, and as this
/// instance has measured it. Durations are seconds; `null`: never, or not known.
#pragma once

#include "core/report.hpp"
#include "core/settings.hpp"

#include <boost/json/object.hpp>

namespace understudy {

/// The model that it rests on is written with it.
boost::json::object prediction_json(const core::WatchSettings& settings);

/// What counts as a mistake is written with it.
boost::json::object measured_json(const core::Report& report);

/// The admin verb: `predicted` with the settings in use, and `measured`.
boost::json::object explain_json(const core::WatchSettings& settings, const core::Report& report);

}  // namespace understudy
