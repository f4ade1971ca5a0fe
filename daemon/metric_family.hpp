/// Shorthand for prometheus-cpp's plain structs; for daemon/metrics*.cpp only.
#pragma once

#include "core/time.hpp"
#include "daemon/histogram.hpp"

#include <prometheus/metric_family.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

using Families = std::vector<prometheus::MetricFamily>;

struct Label {
    std::string_view name;
    std::string_view value;
};
using Labels = std::vector<Label>;

/// One metric with its samples. The full name is `understudy_` and the given one.
class Family {
public:
    static Family counter(std::string_view name, std::string help);
    static Family gauge(std::string_view name, std::string help);
    static Family histogram(std::string_view name, std::string help);
    /// A sum and a count, without quantiles.
    static Family summary(std::string_view name, std::string help);

    void add(const Labels& labels, double value);
    /// Nothing when there is no value.
    void add(const Labels& labels, std::optional<core::WallTime> at);
    void add(const Labels& labels, const Histogram& histogram);
    /// Of a summary.
    void add(const Labels& labels, core::Duration sum, std::uint64_t count);

    /// Appends itself, unless it has no samples.
    void move_to(Families& families);

private:
    Family(std::string_view name, std::string help, prometheus::MetricType type);
    prometheus::ClientMetric& sample(const Labels& labels);

    prometheus::MetricFamily family_;
};

double seconds_of(core::Duration duration);
double seconds_of(core::WallTime time);

}  // namespace understudy
