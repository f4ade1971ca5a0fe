// A page of metrics, `SERIES\nPAGE`: what is found is on the page, whatever else is.
#include "net/prometheus_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return result;
}

std::string text_of(const net::Series& series)
{
    std::string text = series.metric + "{";
    for (const auto& [name, value] : series.labels)
        text += name + "=\"" + escaped(value) + "\",";
    return text + "}";
}

void require_largest(std::string_view page, const std::string& metric, std::string_view label)
{
    const auto alone = net::largest_sample(page, metric, label);
    require(!alone || std::isfinite(alone->value), "a value is a number");
    const auto twice =
        net::largest_sample(std::string(page) + "\n" + std::string(page), metric, label);
    require(twice.has_value() == alone.has_value(), "a page twice says the same");
    require(!alone || (twice->value == alone->value && twice->label == alone->label), "of it");
    const auto more = net::largest_sample(std::string(page) + "\n" + metric + " 7", metric, label);
    require(
        more && more->value == std::max(alone ? alone->value : 7.0, 7.0), "the largest is found");
}

}  // namespace

void try_input(std::string_view input)
{
    const auto wanted = take_until(input, '\n');
    const auto series = net::series_in(wanted);
    if (!series)
        return;
    require(net::series_in(text_of(*series)) == series, "a series that is written is read");
    require_largest(
        input, series->metric, series->labels.empty() ? "" : series->labels.begin()->first);
    require(!std::isnan(net::sum_of(input, *series)), "a sum is a number");
    // A line break in a label's value would be two lines.
    const auto text = text_of(*series);
    if (text.find('\n') == std::string::npos)
        require(net::sum_of(text + " 3", *series) == 3, "a series is found on a page that has it");
}

}  // namespace understudy::fuzz
