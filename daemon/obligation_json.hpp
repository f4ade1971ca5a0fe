/// What runs left owed, as JSON.
#pragma once

#include "core/runs.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <optional>

namespace understudy {

/// All of them, or those of one run.
boost::json::array obligations_json(
    const core::RunsReport& report, std::optional<std::uint64_t> run = {});

}  // namespace understudy
