#include "daemon/webhook.hpp"

#include "daemon/alert_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace understudy {

namespace {

namespace json = boost::json;

/// Go's zero time, which Alertmanager sends while an alert fires.
constexpr const char* no_end = "0001-01-01T00:00:00Z";

json::object alert_object(const store::Delivery& delivery, const store::Labels& identity)
{
    const auto& event = delivery.event;
    json::object alert;
    alert["status"] = event.firing ? "firing" : "resolved";
    alert["labels"] = json_of(identity);
    alert["annotations"] = json_of(event.annotations);
    alert["startsAt"] = rfc3339(event.starts_at);
    alert["endsAt"] = event.ends_at ? rfc3339(*event.ends_at) : no_end;
    alert["generatorURL"] = "";
    alert["fingerprint"] = delivery.fingerprint;
    return alert;
}

/// As Alertmanager writes the key of a group below its root route.
std::string group_key(const store::Labels& identity)
{
    std::string text;
    for (const auto& [name, value] : identity) {
        const auto quoted = json::serialize(json::string(value));
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, quoted);
    }
    return fmt::format("{{}}:{{{}}}", text);
}

}  // namespace

std::string webhook_body(const store::Delivery& delivery, const std::string& external_url)
{
    const auto identity = store::identity_of(delivery.event);
    json::array alerts;
    alerts.emplace_back(alert_object(delivery, identity));
    json::object body;
    body["version"] = "4";
    body["groupKey"] = group_key(identity);
    body["truncatedAlerts"] = 0;
    body["receiver"] = delivery.receiver;
    body["status"] = delivery.event.firing ? "firing" : "resolved";
    body["groupLabels"] = json_of(identity);
    body["commonLabels"] = json_of(identity);
    body["commonAnnotations"] = json_of(delivery.event.annotations);
    body["externalURL"] = external_url;
    body["alerts"] = std::move(alerts);
    return json::serialize(body);
}

net::HttpRequest webhook_request(
    const store::Delivery& delivery,
    const std::string& external_url,
    const WebhookSigner& signer,
    core::WallTime now)
{
    const auto timestamp = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    net::HttpRequest request;
    request.method = "POST";
    request.body = webhook_body(delivery, external_url);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("webhook-id", delivery.id);
    request.headers.emplace_back("webhook-timestamp", std::to_string(timestamp));
    if (signer.signs())
        request.headers.emplace_back(
            "webhook-signature", signer.sign(delivery.id, timestamp, request.body));
    return request;
}

}  // namespace understudy
