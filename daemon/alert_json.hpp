/// The pieces that both alert formats share.
#pragma once

#include "net/timestamps.hpp"
#include "store/alert.hpp"

#include <boost/json/object.hpp>

namespace understudy {

using net::rfc3339;

boost::json::object json_of(const store::Labels& labels);

}  // namespace understudy
