/// Dates as operators sign with them.
#pragma once

#include <string_view>

namespace understudy::config {

/// `2026-11-30` (ISO 8601, calendar date), of a day that exists.
bool is_date(std::string_view text) noexcept;

}  // namespace understudy::config
