/// What the judge knows, as JSON for programs: the one source of `status` and `why` in every form.
#pragma once

#include "core/report.hpp"
#include "core/runs.hpp"

#include <boost/json/object.hpp>

namespace understudy {

/// The whole report. Ages are in milliseconds; times are RFC 3339 in UTC.
boost::json::object status_json(const core::Report& report);
/// The same with what the executor does, as `acting`.
boost::json::object status_json(const core::Report& report, const core::RunsReport& runs);
/// Every gate with value, threshold and since when, and what is missing for a failover now.
boost::json::object why_json(const core::Report& report);

}  // namespace understudy
