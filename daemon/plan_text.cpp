#include "daemon/runs_text.hpp"

#include <fmt/format.h>

namespace understudy {

namespace json = boost::json;

namespace {

std::string head_text(const json::object& plan)
{
    auto result = fmt::format(
        "{} {} -> {} ({}), expected to take {}\n", text(plan, "kind"), text(plan, "old_plane"),
        text(plan, "new_plane"), text(plan, "variant"), span(plan, "expected_s"));
    result +=
        fmt::format("when the old plane cannot be fenced: {}\n", text(plan, "when_unfenceable"));
    if (const auto& waiver = object_in(plan, "waiver"); !waiver.empty())
        result += fmt::format(
            "  waived by {} on {}: {}\n", text(waiver, "by"), text(waiver, "when"),
            text(waiver, "why"));
    return result;
}

std::string operation_text(const json::object& operation, TextStyle style)
{
    const auto& check = object_in(operation, "check");
    const auto finding = check.empty() ? "-" : text(check, "finding");
    auto result = fmt::format("    {} {}\n", paint(finding, style, 11), text(operation, "goal"));
    if (!text(check, "why").empty())
        result += fmt::format("                {}\n", shorten(text(check, "why"), 100));
    if (has(operation, "command"))
        result += fmt::format("                $ {}\n", text(operation, "command"));
    return result;
}

std::string step_text(const json::object& step, std::size_t number, TextStyle style)
{
    std::string result;
    if (flag(step, "point_of_no_return"))
        result += "  ---- point of no return: from here on it only goes forward ----\n";
    result += fmt::format(
        "{:>2} {}: {}\n   expected {}, at most {}, else {}\n", number, text(step, "name"),
        text(step, "title"), span(step, "expected_s"), span(step, "deadline_s"),
        text(step, "on_failure"));
    for (const auto& operation : array(step, "operations"))
        result += operation_text(operation.as_object(), style);
    return result;
}

std::string list_text(const json::object& plan, std::string_view key)
{
    std::string result;
    for (const auto& line : array(plan, key)) {
        if (line.is_string())
            result += fmt::format("  {}\n", std::string_view(line.get_string()));
    }
    return result;
}

std::string changes_text(const json::object& plan)
{
    const auto changes = list_text(plan, "changes");
    return "\nit would change now:\n" + (changes.empty() ? "  nothing\n" : changes);
}

std::string obstacles_text(const json::object& plan)
{
    const auto obstacles = list_text(plan, "obstacles");
    return obstacles.empty() ? "" : "\nit could not start now:\n" + obstacles;
}

/// How to start it; with a loss that nobody has accepted yet.
std::string start_text(const json::object& plan)
{
    const auto loss = loss_text(plan);
    const auto start = fmt::format(
        "\nplan {0}\n  understudy failover --plan {0} --reason TEXT{1}\n", text(plan, "hash"),
        loss.empty() ? "" : " --accept-loss TEXT");
    if (loss.empty())
        return start;
    return "\nTHE STANDBY IS NOT FIT; IT WOULD LOSE:\n" + loss +
           "  it never does so by itself: a human has to accept it, by name\n" + start;
}

}  // namespace

std::string loss_text(const json::object& owner)
{
    const auto& loss = object_in(owner, "loss");
    if (loss.empty())
        return {};
    const auto bytes = has(loss, "bytes_max")
                           ? fmt::format("at most {:.0f}", number(loss, "bytes_max"))
                           : "not known";
    return fmt::format(
        "  {}\n  bytes {}, seconds before the suspicion {}\n", text(loss, "summary"), bytes,
        has(loss, "seconds") ? span(loss, "seconds") : "not known");
}

std::string plan_text(const json::object& plan, TextStyle style)
{
    auto result = head_text(plan) + "\n";
    std::size_t number = 0;
    for (const auto& step : array(plan, "steps"))
        result += step_text(step.as_object(), ++number, style);
    if (const auto& seen = object_in(plan, "last_seen"); !seen.empty())
        result += fmt::format(
            "\nit is compared with what {} held: {}\n  age before the suspicion {}\n",
            text(plan, "old_plane"), text(seen, "summary"), span(seen, "age_s"));
    return result + changes_text(plan) + obstacles_text(plan) + start_text(plan);
}

}  // namespace understudy
