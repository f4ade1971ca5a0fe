/// Durations of which one must not be below another.
#pragma once

#include "config/section.hpp"

#include <string_view>

namespace understudy::config {

/// The value of `key` must be longer than the bound, or at least as long.
struct Order {
    std::string_view key;
    core::Duration value;
    std::string_view bound_name;
    core::Duration bound;
    bool may_be_equal;
    std::string_view why;
};

void check_order(Section& section, const Order& order);

}  // namespace understudy::config
