#include "config/order.hpp"

#include "config/durations.hpp"

#include <fmt/format.h>

namespace understudy::config {

void check_order(Section& section, const Order& order)
{
    if (order.may_be_equal ? order.value >= order.bound : order.value > order.bound)
        return;
    section.complain(
        order.key, fmt::format(
                       "({}) must be {} {} ({}): {}", format_duration(order.value),
                       order.may_be_equal ? "at least" : "longer than", order.bound_name,
                       format_duration(order.bound), order.why));
}

}  // namespace understudy::config
