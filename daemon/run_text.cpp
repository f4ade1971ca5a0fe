#include "daemon/runs_text.hpp"

#include <fmt/format.h>

#include <array>

namespace understudy {

namespace json = boost::json;

namespace {

std::string head_text(const json::object& run, TextStyle style)
{
    auto result = fmt::format(
        "run {:.0f}: {} {} -> {} is {}\n", number(run, "run"), text(run, "kind"),
        text(run, "old_plane"), text(run, "new_plane"), paint(text(run, "state"), style));
    if (!text(run, "why").empty())
        result += fmt::format("  {}\n", text(run, "why"));
    result += fmt::format("asked by  {}\n", text(run, "by"));
    result += fmt::format("reason    {}\n", text(run, "reason"));
    result += fmt::format("plan      {}\n", text(run, "plan_hash"));
    if (has(run, "undoes"))
        result += fmt::format("undoes    run {:.0f}\n", number(run, "undoes"));
    if (const auto& waiver = object_in(run, "waiver"); !waiver.empty())
        result += fmt::format(
            "waiver    {} on {}: {}\n", text(waiver, "by"), text(waiver, "when"),
            text(waiver, "why"));
    if (const auto loss = loss_text(run); !loss.empty())
        result += fmt::format("accepted  {}\n{}", text(run, "accepted_loss"), loss);
    if (!text(run, "evidence").empty())
        result += fmt::format("evidence  {}\n", text(run, "evidence"));
    return result;
}

/// Each moment with the time since the one before it that is known.
std::string timeline_text(const json::object& run)
{
    struct Row {
        std::string_view moment;
        std::string_view label;
        std::string_view phase;
    };
    static constexpr std::array rows{
        Row{"suspected", "suspected", ""},
        Row{"failed", "failed", ""},
        Row{"decided", "decided", "suspected_to_decided"},
        Row{"fenced", "fenced", "decided_to_fenced"},
        Row{"promoted", "promoted", "fenced_to_promoted"},
        Row{"switched", "switched", "promoted_to_switched"},
        Row{"last_control_plane_back", "last control plane", "switched_to_last_control_plane"},
        Row{"ended", "ended", "total"}};
    const auto& timeline = object_in(run, "timeline");
    const auto& phases = object_in(run, "phases_s");
    std::string result = "\nMOMENT              AT                    TOOK\n";
    for (const auto& row : rows) {
        const auto* note = row.moment == "ended" && has(phases, "total") ? " in all" : "";
        result += fmt::format(
            "{:<19} {:<21} {}{}\n", row.label, date_part(text(timeline, row.moment)),
            row.phase.empty() ? "" : span(phases, row.phase), note);
    }
    return result;
}

std::string attempts_text(const json::object& operation, TextStyle style)
{
    std::string result;
    for (const auto& item : array(operation, "attempts")) {
        const auto& attempt = item.as_object();
        const auto outcome = has(attempt, "result") ? text(attempt, "result") : "not heard of";
        result += fmt::format(
            "      attempt {:.0f} {} {} {}\n", number(attempt, "number"),
            clock_part(text(attempt, "at")), paint(outcome, style),
            shorten(text(attempt, "detail"), 90));
    }
    return result;
}

std::string_view state_of(const json::object& operation)
{
    if (has(operation, "doing"))
        return text(operation, "doing");
    return has(operation, "state") ? text(operation, "state") : "-";
}

std::string operation_text(const json::object& operation, TextStyle style)
{
    auto result = fmt::format(
        "    {} {} {}\n", paint(state_of(operation), style, 11),
        clock_part(text(operation, "ended_at")), text(operation, "goal"));
    if (!text(operation, "detail").empty())
        result += fmt::format("      {}\n", shorten(text(operation, "detail"), 110));
    return result + attempts_text(operation, style);
}

std::string steps_text(const json::object& run, TextStyle style)
{
    std::string result = "\nSTEPS\n";
    for (const auto& item : array(run, "steps")) {
        const auto& step = item.as_object();
        result += fmt::format(
            "  {:<16} {} took {}{}\n", text(step, "name"), clock_part(text(step, "began_at")),
            span(step, "took_s"), flag(step, "point_of_no_return") ? "  (point of no return)" : "");
        for (const auto& operation : array(step, "operations"))
            result += operation_text(operation.as_object(), style);
    }
    return result;
}

std::string events_text(const json::object& run)
{
    std::string result;
    for (const auto& item : array(run, "events")) {
        const auto& event = item.as_object();
        result += fmt::format("  {} {}\n", date_part(text(event, "at")), text(event, "text"));
    }
    return result.empty() ? result : "\nEVENTS\n" + result;
}

std::string lines_text(const json::object& run, std::string_view key, const std::string& title)
{
    std::string result;
    for (const auto& line : array(run, key)) {
        if (line.is_string())
            result += fmt::format("  {}\n", std::string_view(line.get_string()));
    }
    return result.empty() ? result : "\n" + title + "\n" + result;
}

std::string human_text(const json::object& run, TextStyle style)
{
    if (text(run, "state") != "parked")
        return {};
    return fmt::format(
        "\n{}: {}{}\n", paint("NEEDS A HUMAN", style), text(run, "why"), text(run, "ways_on"));
}

}  // namespace

std::string run_text(const json::object& run, TextStyle style)
{
    return head_text(run, style) + human_text(run, style) + timeline_text(run) +
           lines_text(run, "missing", "MISSING") + steps_text(run, style) + events_text(run) +
           obligations_text(run, style) +
           lines_text(run, "rebuild", "TO HAVE A STANDBY AGAIN (nothing of it is done by itself)");
}

}  // namespace understudy
