#include "daemon/status_text.hpp"

#include "daemon/runs_text.hpp"
#include "daemon/text_parts.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace understudy {

namespace json = boost::json;

namespace {

std::string head_text(const json::object& status, TextStyle style)
{
    const auto& roles = object_in(status, "roles");
    const auto& floating = object_in(status, "floating");
    auto result = fmt::format(
        "observer {}, mode {}, {}\n", text(status, "observer"), text(status, "mode"),
        text(status, "time"));
    if (!text(status, "blind").empty())
        result += fmt::format("{}: {}\n", paint("BLIND", style), text(status, "blind"));
    if (!text(roles, "conflict").empty())
        result += fmt::format("{}: {}\n", paint("ROLE CONFLICT", style), text(roles, "conflict"));
    const auto answer = text(floating, "answer");
    result +=
        fmt::format("{} -> {}\n", text(floating, "name"), answer.empty() ? "unknown" : answer);
    return result;
}

std::string planes_text(const json::object& status, TextStyle style)
{
    std::string result = "\nPLANE     ROLE      VERDICT   SINCE     REASON\n";
    for (const auto& item : array(status, "planes")) {
        const auto& plane = item.as_object();
        result += fmt::format(
            "{:<9} {} {} {:<9} {}\n", text(plane, "name"), paint(text(plane, "role"), style, 9),
            paint(text(plane, "verdict"), style, 9), clock_part(text(plane, "verdict_since")),
            text(plane, "reason"));
        result += fmt::format("          {}\n", text(plane, "why"));
        if (!text(plane, "detail").empty())
            result += fmt::format("          {}\n", text(plane, "detail"));
    }
    return result;
}

std::string evidence_text(const json::object& status, TextStyle style)
{
    std::string result = "\nEVIDENCE  CLASS       STATE     REASON            DETAIL\n";
    for (const auto& item : array(status, "planes")) {
        const auto& plane = item.as_object();
        for (const auto& [name, value] : object_in(plane, "evidence")) {
            const auto& state = value.as_object();
            if (!flag(state, "configured"))
                continue;
            result += fmt::format(
                "{:<9} {:<11} {} {:<17} {}\n", text(plane, "name"), std::string_view(name),
                paint(text(state, "state"), style, 9), text(state, "reason"),
                shorten(text(state, "detail"), 90));
        }
    }
    return result;
}

std::string signals_text(const json::object& status, TextStyle style)
{
    std::string result =
        "\nSIGNAL                    STATE     SINCE     LAST RUN  REASON            DETAIL\n";
    for (const auto& item : array(status, "signals")) {
        const auto& signal = item.as_object();
        result += fmt::format(
            "{:<25} {} {:<9} {:<9} {:<17} {}\n", text(signal, "id"),
            paint(text(signal, "state"), style, 9), clock_part(text(signal, "since")),
            age(signal, "last_run_age_ms"), text(signal, "reason"),
            shorten(text(signal, "detail"), 70));
    }
    return result;
}

std::string control_planes_text(const json::object& status)
{
    std::string result = "\nCONTROL PLANE  LAST EXCHANGE  WITH\n";
    for (const auto& item : array(status, "control_planes")) {
        const auto& control_plane = item.as_object();
        const auto peer = text(control_plane, "peer");
        result += fmt::format(
            "{:<14} {:<14} {}\n", text(control_plane, "name"),
            age(control_plane, "last_exchange_age_ms"), peer.empty() ? "-" : peer);
    }
    return result;
}

std::string gates_text(const json::object& object, TextStyle style)
{
    std::string result = "\nGATE                       STATE   SINCE     VALUE (MUST BE)\n";
    for (const auto& item : array(object, "gates")) {
        const auto& gate = item.as_object();
        result += fmt::format(
            "{:<26} {} {:<9} {} ({})\n", text(gate, "name"),
            paint(flag(gate, "open") ? "open" : "closed", style, 7),
            clock_part(text(gate, "since")), text(gate, "value"), text(gate, "threshold"));
    }
    return result;
}

std::string alerts_text(const json::object& status)
{
    const auto& alerts = array(status, "alerts");
    if (alerts.empty())
        return "\nno alert is firing\n";
    std::string result = "\nALERTS\n";
    for (const auto& item : alerts) {
        const auto& alert = item.as_object();
        result += fmt::format(
            "{} {} {}: {}\n", clock_part(text(alert, "starts_at")), text(alert, "severity"),
            text(alert, "name"), text(alert, "summary"));
    }
    return result;
}

}  // namespace

std::string status_text(const json::object& status, TextStyle style)
{
    return head_text(status, style) + acting_text(status, style) + planes_text(status, style) +
           evidence_text(status, style) + signals_text(status, style) +
           control_planes_text(status) + alerts_text(status);
}

std::string why_text(const json::object& why, TextStyle style)
{
    const auto& active = object_in(why, "active");
    auto result = head_text(why, style);
    result += fmt::format(
        "\n{} is {}: {}\n", text(active, "name"), paint(text(active, "verdict"), style),
        text(active, "why"));
    if (!text(active, "detail").empty())
        result += fmt::format("  {}\n", text(active, "detail"));
    result += gates_text(why, style);

    std::string missing;
    for (const auto& name : array(why, "missing"))
        missing += (missing.empty() ? "" : ", ") + std::string(name.as_string());
    if (missing.empty())
        result += "\nNothing is missing: a failover could start now.\n";
    else
        result += fmt::format("\nMissing for a failover now: {}\n", missing);
    return result;
}

}  // namespace understudy
