/// What one is looking for in a page of Prometheus' text format.
#pragma once

#include <map>
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

/// Samples of a metric that have these labels, whatever others they have.
struct Series {
    std::string metric;
    std::map<std::string, std::string, std::less<>> labels;

    Series() = default;
    bool operator==(const Series&) const = default;
};

/// `NAME` or `NAME{LABEL="VALUE",...}`, as people write it; empty when it is neither.
std::optional<Series> series_in(std::string_view text);

/// Sum of the series' samples; 0 when the page has none.
double sum_of(std::string_view page, const Series& series);

}  // namespace understudy::net
