#include "daemon/alertmanager.hpp"

#include "daemon/alert_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace understudy {

namespace {

namespace json = boost::json;

/// Two repeats may be lost before an Alertmanager lets the alert go.
constexpr int repeats_missed_max = 3;

}  // namespace

std::string alertmanager_body(const store::Delivery& delivery, core::WallTime firing_until)
{
    const auto& event = delivery.event;
    const auto ends_at = event.firing ? firing_until : event.ends_at.value_or(event.starts_at);
    json::object alert;
    alert["labels"] = json_of(store::identity_of(event));
    alert["annotations"] = json_of(event.annotations);
    alert["startsAt"] = rfc3339(event.starts_at);
    alert["endsAt"] = rfc3339(ends_at);
    json::array alerts;
    alerts.emplace_back(std::move(alert));
    return json::serialize(alerts);
}

net::HttpRequest alertmanager_request(
    const store::Delivery& delivery, core::Duration repeat_interval, core::WallTime now)
{
    const auto patience =
        std::chrono::duration_cast<std::chrono::milliseconds>(repeats_missed_max * repeat_interval);
    net::HttpRequest request;
    request.method = "POST";
    request.body = alertmanager_body(delivery, now + patience);
    // Alertmanager answers 415 without it.
    request.headers.emplace_back("Content-Type", "application/json");
    return request;
}

std::string alertmanager_path(std::string prefix)
{
    while (!prefix.empty() && prefix.back() == '/')
        prefix.pop_back();
    return prefix + "/api/v2/alerts";
}

}  // namespace understudy
