/// What the executor has done, does and owes, as JSON for programs: the one source of `history`,
/// `show` and of the `acting` part of `status` in every form. Durations are in seconds, times are
/// RFC 3339 in UTC.
#pragma once

#include "core/runs.hpp"

#include <boost/json/object.hpp>

#include <cstdint>

namespace understudy {

/// Mode, armed, hold, the run that has not ended, obligations, two active planes.
boost::json::object acting_json(core::Mode mode, const core::RunsReport& report);

/// Every run, the latest first, and what is owed.
boost::json::object history_json(const core::RunsReport& report);

/// One run in a line: what both of the others begin with.
boost::json::object run_summary_json(const core::Run& run);

/// One run in full: timeline, evidence, every attempt, what is missing, and what rebuilding the
/// standby takes. Throws std::runtime_error when there is no such run.
boost::json::object run_json(const core::RunsReport& report, std::uint64_t number);

}  // namespace understudy
