/// Small values as every JSON of the daemon writes them.
#pragma once

#include "core/last_seen.hpp"
#include "core/plan.hpp"
#include "net/timestamps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace understudy {

using net::rfc3339;

/// `null` where there is nothing to say.
boost::json::value or_null(const std::string& text);
boost::json::value or_null(std::optional<core::WallTime> time);

/// Who signed that an unreachable plane may be passed over; `null` when nobody did.
boost::json::value waiver_json(const core::Waiver& waiver);

/// What the standby would lose, in bytes and in seconds before `suspected_at`, each `null` where it
/// is not known; `null` when it would lose nothing.
boost::json::value loss_json(const core::Loss& loss, core::WallTime suspected_at);

/// What the active plane was last seen to hold, and how long before `suspected_at`; `null` for what
/// was never told.
boost::json::object last_seen_json(const core::LastSeen& seen, core::WallTime suspected_at);

boost::json::array array_of(const std::vector<std::string>& texts);

/// Durations of plans and runs are seconds with a fraction, as in metrics.
double seconds_in(core::Duration duration);

/// The word for an enumerator.
template <class Named>
boost::json::string name_text(Named value)
{
    const auto name = name_of(value);  // found by the namespace of its type
    return boost::json::string(name.data(), name.size());
}

}  // namespace understudy
