/// A delivery for an Alertmanager: `POST /api/v2/alerts`.
#pragma once

#include "core/time.hpp"
#include "net/http_client.hpp"
#include "store/outbox.hpp"

#include <string>

namespace understudy {

/// How long a resolved alert is repeated, so that an Alertmanager that restarted meanwhile learns
/// of it.
inline constexpr core::Duration alertmanager_resolved_for = std::chrono::minutes(5);

/// The array of one alert. A firing alert ends at `firing_until` unless it is repeated, so that an
/// Alertmanager resolves by itself what nobody claims any more.
std::string alertmanager_body(const store::Delivery& delivery, core::WallTime firing_until);

/// The request below the server's own path (which may have a route prefix).
net::HttpRequest alertmanager_request(
    const store::Delivery& delivery, core::Duration repeat_interval, core::WallTime now);

/// The configured URL's path and the API's.
std::string alertmanager_path(std::string prefix);

}  // namespace understudy
