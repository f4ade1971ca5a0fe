/// The endpoints that monitoring reads: `/metrics`, `/healthz`, `/readyz`.
#pragma once

#include "daemon/http_server.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace understudy {

struct MonitoringSources {
    std::function<std::string()> metrics;
    /// Why the daemon is not to be relied on (a critical loop has not progressed); empty when it
    /// is.
    std::function<std::optional<std::string>()> unready_because;
    /// A metrics page is served again for that long: however many ask, and however often, the event
    /// loop makes a few a second and has time for what it is there for.
    std::chrono::milliseconds page_reused_for{250};
};

/// `/healthz` is 200 as long as anything is served at all; `/readyz` is 503 with the reason while
/// there is one. Every other path is 404.
HttpHandler monitoring_endpoints(MonitoringSources sources);

}  // namespace understudy
