#include "daemon/explain_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <string_view>

namespace understudy {

namespace json = boost::json;

namespace {

/// `8.5 s`, `12.0 h`, `46 days`, `120 years`: beyond what a model can tell, it only says so.
std::string long_span(const json::object& object, std::string_view key)
{
    constexpr double day = 86'400;
    constexpr double year = 365.25 * day;
    if (!has(object, key))
        return "never";
    const auto seconds = number(object, key);
    if (seconds < 2 * day)
        return span(object, key);
    if (seconds < 2 * year)
        return fmt::format("{:.0f} days", seconds / day);
    if (seconds < 10'000 * year)
        return fmt::format("{:.0f} years", seconds / year);
    return "more than 10,000 years";
}

std::string percent(const json::object& object, std::string_view key)
{
    return has(object, key) ? fmt::format("{:.5f} %", 100 * number(object, key)) : "-";
}

const json::object& named(const json::array& items, std::string_view key, std::string_view name)
{
    static const json::object nothing;
    for (const auto& item : items) {
        if (text(item.as_object(), key) == name)
            return item.as_object();
    }
    return nothing;
}

/// What was measured of that plane; empty without a daemon.
const json::object& measured_of(const json::object& explanation, const json::object& plane)
{
    return named(array(object_in(explanation, "measured"), "planes"), "name", text(plane, "name"));
}

bool is_same_time(const json::object& left, const json::object& right)
{
    const auto is_same = [&](std::string_view key) {
        return number(left, key) == number(right, key);
    };
    return text(left, "path") == text(right, "path") && is_same("worst") && is_same("expected") &&
           is_same("expected_since_first_failure");
}

std::string mean_of(const json::object& measured, std::string_view kind)
{
    const auto& detections = named(array(measured, "detections"), "kind", kind);
    if (!has(detections, "mean"))
        return "-";
    return fmt::format("{} ({:.0f})", span(detections, "mean"), number(detections, "count"));
}

/// Outages that take the same time share a line.
std::string detection_lines(const json::object& plane, const json::object& measured)
{
    std::string result;
    const auto& all = array(plane, "detection");
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& detection = all[i].as_object();
        std::string outages(text(detection, "outage"));
        while (i + 1 < all.size() && is_same_time(detection, all[i + 1].as_object()))
            outages += ", " + std::string(text(all[++i].as_object(), "outage"));
        result += fmt::format(
            "{:<9} {:<28} {:<17} {:<9} {:<9} {:<13} {}\n", text(plane, "name"),
            text(detection, "path"), outages, span(detection, "expected"), span(detection, "worst"),
            span(detection, "expected_since_first_failure"),
            mean_of(measured, text(detection, "kind")));
    }
    if (all.empty())
        result = fmt::format("{:<9} `failed` can never be reached\n", text(plane, "name"));
    return result;
}

std::string detection_text(const json::object& explanation)
{
    const auto& predicted = object_in(explanation, "predicted");
    auto result = fmt::format(
        "HOW SOON a plane that fails is called failed; a run may start {} later (confirm)\n\n"
        "                                                         FROM THE FAULT      "
        "FROM THE FIRST FAILED OUTCOME\n"
        "PLANE     WAY                          OUTAGE            EXPECTED  WORST     "
        "EXPECTED      MEASURED\n",
        span(predicted, "confirm"));
    for (const auto& item : array(predicted, "planes")) {
        const auto& plane = item.as_object();
        result += detection_lines(plane, measured_of(explanation, plane));
    }
    return result;
}

std::string mistake_lines(const json::object& plane)
{
    std::string result;
    for (const auto& item : array(plane, "mistakes")) {
        const auto& mistakes = item.as_object();
        const auto& suspect = object_in(mistakes, "suspect");
        result += fmt::format(
            "{:<9} {:<10} {:<23} {:<9} {:<12} {}\n", text(plane, "name"),
            fmt::format("{:.1f} %", 100 * number(mistakes, "loss")),
            long_span(suspect, "recurrence"), span(suspect, "duration"),
            percent(suspect, "accuracy"), long_span(object_in(mistakes, "failed"), "recurrence"));
    }
    return result;
}

/// Without a mistake the rule of three bounds how often one comes.
std::string measured_line(const json::object& plane)
{
    if (number(plane, "observed") <= 0)
        return {};
    const auto every = has(plane, "recurrence")
                           ? long_span(plane, "recurrence")
                           : "over " + long_span(plane, "recurrence_above") + " (95 %)";
    return fmt::format(
        "{:<9} {:<10} {:<23} {:<9} {:<12} mistakes: {:.0f} in {}, since {}\n", text(plane, "name"),
        "measured", every, span(plane, "duration"), percent(plane, "accuracy"),
        number(plane, "mistakes"), long_span(plane, "observed"), date_part(text(plane, "since")));
}

std::string mistakes_text(const json::object& explanation)
{
    std::string result =
        "\nHOW OFTEN a plane that serves is suspected by mistake, and called failed\n\n"
        "                     SUSPECTED                                      CALLED FAILED\n"
        "PLANE     LOSS       ONCE IN                 FOR       ACCURACY     ONCE IN\n";
    for (const auto& item : array(object_in(explanation, "predicted"), "planes")) {
        const auto& plane = item.as_object();
        result += mistake_lines(plane) + measured_line(measured_of(explanation, plane));
    }
    return result;
}

std::string models_text(const json::object& explanation)
{
    const auto& predicted = object_in(explanation, "predicted");
    auto result = fmt::format(
        "\nHow soon: {}.\n\nLoss: {}.\n\nWhat that leaves out: {}.\n",
        text(predicted, "detection_model"), text(predicted, "loss_model"),
        text(predicted, "loss_leaves_out"));
    if (has(explanation, "measured"))
        result += fmt::format(
            "\nA mistake, as it is measured: {}.\n",
            text(object_in(explanation, "measured"), "mistake"));
    return result;
}

}  // namespace

std::string explain_text(const json::object& explanation, TextStyle style)
{
    std::string result;
    if (!has(explanation, "measured"))
        result = fmt::format(
            "{}: {}\n\n", paint("not measured", style), text(explanation, "unmeasured_because"));
    if (flag(explanation, "daemon_has_other_settings"))
        result += fmt::format(
            "{}: what was measured is not of this configuration\n\n",
            paint("the daemon runs with other settings", style));
    return result + detection_text(explanation) + mistakes_text(explanation) +
           models_text(explanation);
}

}  // namespace understudy
