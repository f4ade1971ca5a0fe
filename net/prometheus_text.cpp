#include "net/prometheus_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace understudy::net {

namespace {

std::string_view without_blanks(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// Takes `NAME="VALUE"` from the front of `text` and unescapes the value. False when there is no
/// label.
bool take_label(std::string_view& text, std::string_view& name, std::string& value)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !text.substr(equals + 1).starts_with('"'))
        return false;
    name = without_blanks(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    value.clear();
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1)
            text.remove_prefix(1);
        value.push_back(text.front());
        text.remove_prefix(1);
    }
    if (text.empty())
        return false;
    text.remove_prefix(1);
    return true;
}

using Labels = std::map<std::string, std::string, std::less<>>;

/// Takes `{...}` from the front of `text`. Empty when it does not end.
std::optional<Labels> take_labels(std::string_view& text)
{
    text.remove_prefix(1);
    Labels labels;
    std::string_view name;
    std::string value;
    while (true) {
        text = without_blanks(text);
        if (text.starts_with('}')) {
            text.remove_prefix(1);
            return labels;
        }
        if (!take_label(text, name, value))
            return std::nullopt;
        labels.insert_or_assign(std::string(name), value);
        text = without_blanks(text);
        if (text.starts_with(','))
            text.remove_prefix(1);
    }
}

struct LabelledValue {
    double value = 0;
    Labels labels;
};

std::optional<LabelledValue> sample_in(std::string_view line, std::string_view metric)
{
    if (!line.starts_with(metric))
        return std::nullopt;
    line.remove_prefix(metric.size());
    // Otherwise it is another metric of which this one's name is the beginning.
    if (line.find_first_of(" \t{") != 0)
        return std::nullopt;
    line = without_blanks(line);
    LabelledValue sample;
    if (line.starts_with('{')) {
        auto labels = take_labels(line);
        if (!labels)
            return std::nullopt;
        sample.labels = *std::move(labels);
    }
    line = without_blanks(line);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), sample.value);
    static_cast<void>(end);
    if (error != std::errc() || !std::isfinite(sample.value))
        return std::nullopt;
    return sample;
}

template <class Take>
void each_sample(std::string_view page, std::string_view metric, const Take& take)
{
    while (!page.empty() && !metric.empty()) {
        const auto line = page.substr(0, page.find('\n'));
        page.remove_prefix(line.size() < page.size() ? line.size() + 1 : page.size());
        if (auto sample = sample_in(line, metric))
            take(*std::move(sample));
    }
}

bool has_labels(const Labels& labels, const Labels& wanted)
{
    return std::ranges::all_of(wanted, [&labels](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
    });
}

/// Names of metrics and labels, as Prometheus has them.
bool is_name(std::string_view text)
{
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && is_letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

std::optional<Sample> largest_sample(
    std::string_view page, std::string_view metric, std::string_view label)
{
    std::optional<Sample> largest;
    each_sample(page, metric, [&](LabelledValue sample) {
        if (largest && sample.value <= largest->value)
            return;
        largest.emplace();
        largest->value = sample.value;
        if (const auto found = sample.labels.find(label); found != sample.labels.end())
            largest->label = std::move(found->second);
    });
    return largest;
}

std::optional<Series> series_in(std::string_view text)
{
    Series series;
    series.metric = text.substr(0, text.find('{'));
    text.remove_prefix(series.metric.size());
    if (!text.empty()) {
        auto labels = take_labels(text);
        if (!labels || !text.empty())
            return std::nullopt;
        series.labels = *std::move(labels);
    }
    const bool is_sound = is_name(series.metric) && std::ranges::all_of(series.labels, [](auto& l) {
                              return is_name(l.first);
                          });
    return is_sound ? std::optional(std::move(series)) : std::nullopt;
}

double sum_of(std::string_view page, const Series& series)
{
    double sum = 0;
    each_sample(page, series.metric, [&](const LabelledValue& sample) {
        if (has_labels(sample.labels, series.labels))
            sum += sample.value;
    });
    return sum;
}

}  // namespace understudy::net
