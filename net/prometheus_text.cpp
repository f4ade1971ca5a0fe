#include "net/prometheus_text.hpp"

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

/// Takes `{...}` from the front of `text`, keeping the value of `wanted`. False when it does not
/// end.
bool take_labels(std::string_view& text, std::string_view wanted, std::string& kept)
{
    text.remove_prefix(1);
    std::string_view name;
    std::string value;
    while (true) {
        text = without_blanks(text);
        if (text.starts_with('}')) {
            text.remove_prefix(1);
            return true;
        }
        if (!take_label(text, name, value))
            return false;
        if (!wanted.empty() && name == wanted)
            kept = value;
        text = without_blanks(text);
        if (text.starts_with(','))
            text.remove_prefix(1);
    }
}

std::optional<Sample> sample_in(
    std::string_view line, std::string_view metric, std::string_view label)
{
    if (!line.starts_with(metric))
        return std::nullopt;
    line.remove_prefix(metric.size());
    // Otherwise it is another metric of which this one's name is the beginning.
    if (line.find_first_of(" \t{") != 0)
        return std::nullopt;
    line = without_blanks(line);
    Sample sample;
    if (line.starts_with('{') && !take_labels(line, label, sample.label))
        return std::nullopt;
    line = without_blanks(line);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), sample.value);
    static_cast<void>(end);
    if (error != std::errc() || !std::isfinite(sample.value))
        return std::nullopt;
    return sample;
}

}  // namespace

std::optional<Sample> largest_sample(
    std::string_view page, std::string_view metric, std::string_view label)
{
    std::optional<Sample> largest;
    while (!page.empty() && !metric.empty()) {
        const auto line = page.substr(0, page.find('\n'));
        page.remove_prefix(line.size() < page.size() ? line.size() + 1 : page.size());
        auto sample = sample_in(line, metric, label);
        if (sample && (!largest || sample->value > largest->value))
            largest = std::move(sample);
    }
    return largest;
}

}  // namespace understudy::net
