/// The pieces that both alert formats share.
#pragma once

#include "core/time.hpp"
#include "store/alert.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace understudy {

/// RFC 3339 in UTC with milliseconds, e.g. `2026-11-23T02:16:24.000Z`.
std::string rfc3339(core::WallTime time);

boost::json::object json_of(const store::Labels& labels);

}  // namespace understudy
