/// A delivery as a webhook: Alertmanager's body (version 4), Standard Webhooks 1.0.0 headers.
#pragma once

#include "core/time.hpp"
#include "daemon/webhook_signature.hpp"
#include "net/http_client.hpp"
#include "store/outbox.hpp"

#include <string>

namespace understudy {

/// Anything that takes Alertmanager's webhook takes this one. Each request holds one alert, and its
/// group is the whole label set: a receiver that keeps one state for each `groupKey` must not read
/// the resolve of one plane as that of the other.
std::string webhook_body(const store::Delivery& delivery, const std::string& external_url);

/// The whole request for one attempt: same id and body each time, timestamp and signature of `now`.
net::HttpRequest webhook_request(
    const store::Delivery& delivery,
    const std::string& external_url,
    const WebhookSigner& signer,
    core::WallTime now);

}  // namespace understudy
