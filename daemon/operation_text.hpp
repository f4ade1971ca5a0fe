/// An operation in words for people.
#pragma once

#include "core/operation.hpp"

#include <string>

namespace understudy {

/// What the operation wants of the world: `scale deployment tsb of east to 0`.
std::string goal_of(const core::Operation& operation);

}  // namespace understudy
