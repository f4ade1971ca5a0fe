/// One metric out of a page of Prometheus' text format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

struct Sample {
    double value = 0;
    std::string label;  ///< Value of the label that was asked for; empty when there is none.

    Sample() = default;
};

/// The sample of `metric` with the largest value; lines that are not samples of it are skipped,
/// however broken they are, and so are values that are not finite. `label` may be empty.
std::optional<Sample> largest_sample(
    std::string_view page, std::string_view metric, std::string_view label);

}  // namespace understudy::net
