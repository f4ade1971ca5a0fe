#include "daemon/runs_text.hpp"

#include <fmt/format.h>

namespace understudy {

namespace json = boost::json;

namespace {

/// Why something is owed may end with the commands that only people may give: all of it is shown.
constexpr std::size_t width_of_why = 400;

std::string armed_text(const json::object& acting, TextStyle style)
{
    if (flag(acting, "armed"))
        return paint("armed", style);
    return fmt::format("{} ({})", paint("disarmed", style), text(acting, "why_not_armed"));
}

std::string hold_text(const json::object& hold, TextStyle style)
{
    if (!flag(hold, "on"))
        return {};
    if (!has(hold, "until"))
        return fmt::format("{}: {}\n", paint("HELD", style), text(hold, "summary"));
    return fmt::format(
        "{} until {} by {}: {}\n", paint("HELD", style), date_part(text(hold, "until")),
        text(hold, "by"), text(hold, "reason"));
}

std::string warnings_text(const json::object& acting, TextStyle style)
{
    std::string result;
    if (flag(acting, "two_active"))
        result += paint("NEEDS A HUMAN", style) + ": both planes answer as the active one\n";
    if (has(acting, "impossible"))
        result += fmt::format(
            "{}: no effect is possible: {}\n", paint("NEEDS A HUMAN", style),
            text(acting, "impossible"));
    if (flag(acting, "cap_reached"))
        result += fmt::format("automatic runs are used up: {}\n", text(acting, "cap"));
    return result;
}

std::string open_run_text(const json::object& run, TextStyle style)
{
    if (run.empty())
        return {};
    auto result = fmt::format(
        "run {:.0f} ({} {} -> {}) is {}", number(run, "run"), text(run, "kind"),
        text(run, "old_plane"), text(run, "new_plane"), paint(text(run, "state"), style));
    if (has(run, "step"))
        result += fmt::format(" at step {}", text(run, "step"));
    if (!text(run, "why").empty())
        result += fmt::format(": {}", text(run, "why"));
    return result + fmt::format("\n  understudy show {:.0f}\n", number(run, "run"));
}

std::string missing_text(const json::object& run)
{
    std::string result;
    for (const auto& name : array(run, "missing")) {
        if (name.is_string())
            result += (result.empty() ? "" : ", ") + std::string(name.get_string());
    }
    return result;
}

}  // namespace

std::string obligations_text(const json::object& owner, TextStyle style)
{
    const auto& obligations = array(owner, "obligations");
    if (obligations.empty())
        return {};
    std::string result = "\nOWED        SINCE                 WHAT\n";
    for (const auto& item : obligations) {
        const auto& owed = item.as_object();
        result += fmt::format(
            "{:<11} {:<21} {}\n", text(owed, "id"), date_part(text(owed, "since")),
            text(owed, "goal"));
        result += fmt::format("            {}\n", shorten(text(owed, "why"), width_of_why));
        if (has(owed, "last"))
            result += fmt::format("            last: {}\n", shorten(text(owed, "last"), 100));
        if (flag(owed, "fence"))
            result +=
                fmt::format("            {}: {}\n", paint("by hand", style), text(owed, "command"));
    }
    return result;
}

std::string acting_text(const json::object& status, TextStyle style)
{
    const auto& acting = object_in(status, "acting");
    if (acting.empty())
        return {};
    return fmt::format("\nacting: {}, {}\n", text(acting, "mode"), armed_text(acting, style)) +
           hold_text(object_in(acting, "hold"), style) + warnings_text(acting, style) +
           open_run_text(object_in(acting, "run"), style) + obligations_text(acting, style);
}

std::string history_text(const json::object& history, TextStyle style)
{
    const auto& runs = array(history, "runs");
    if (runs.empty())
        return "no run yet\n";
    std::string result =
        "RUN  KIND      FROM -> TO       STATE             CREATED               TOOK      BY\n";
    for (const auto& item : runs) {
        const auto& run = item.as_object();
        result += fmt::format(
            "{:<4.0f} {:<9} {:<16} {} {:<21} {:<9} {}\n", number(run, "run"), text(run, "kind"),
            fmt::format("{} -> {}", text(run, "old_plane"), text(run, "new_plane")),
            paint(text(run, "state"), style, 17), date_part(text(run, "created_at")),
            span(run, "took_s"), text(run, "by"));
        if (!text(run, "reason").empty())
            result += fmt::format("     {}\n", text(run, "reason"));
        if (const auto missing = missing_text(run); !missing.empty())
            result += fmt::format("     missing: {}\n", missing);
    }
    return result + obligations_text(history, style);
}

std::string answer_text(const json::object& answer, TextStyle)
{
    return fmt::format("{}\n", text(answer, "text"));
}

}  // namespace understudy
