#include "daemon/metric_family.hpp"

#include <limits>
#include <utility>

namespace understudy {

using prometheus::MetricType;

double seconds_of(core::Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

double seconds_of(core::WallTime time)
{
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Family::Family(std::string_view name, std::string help, MetricType type)
{
    family_.name = "understudy_" + std::string(name);
    family_.help = std::move(help);
    family_.type = type;
}

Family Family::counter(std::string_view name, std::string help)
{
    return {name, std::move(help), MetricType::Counter};
}

Family Family::gauge(std::string_view name, std::string help)
{
    return {name, std::move(help), MetricType::Gauge};
}

Family Family::histogram(std::string_view name, std::string help)
{
    return {name, std::move(help), MetricType::Histogram};
}

Family Family::summary(std::string_view name, std::string help)
{
    return {name, std::move(help), MetricType::Summary};
}

prometheus::ClientMetric& Family::sample(const Labels& labels)
{
    auto& metric = family_.metric.emplace_back();
    metric.label.reserve(labels.size());
    for (const auto& label : labels)
        metric.label.push_back({std::string(label.name), std::string(label.value)});
    return metric;
}

void Family::add(const Labels& labels, double value)
{
    auto& metric = sample(labels);
    if (family_.type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
}

void Family::add(const Labels& labels, std::optional<core::WallTime> at)
{
    if (at)
        add(labels, seconds_of(*at));
}

void Family::add(const Labels& labels, const Histogram& histogram)
{
    auto& target = sample(labels).histogram;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        cumulative += histogram.counts()[i];
        const bool last = i == Histogram::bounds.size();
        const auto bound = last ? std::numeric_limits<double>::infinity() : Histogram::bounds[i];
        target.bucket.push_back({cumulative, bound});
    }
    target.sample_count = cumulative;
    target.sample_sum = histogram.sum();
}

void Family::add(const Labels& labels, core::Duration sum, std::uint64_t count)
{
    auto& target = sample(labels).summary;
    target.sample_sum = seconds_of(sum);
    target.sample_count = count;
}

void Family::move_to(Families& families)
{
    if (!family_.metric.empty())
        families.push_back(std::move(family_));
}

}  // namespace understudy
