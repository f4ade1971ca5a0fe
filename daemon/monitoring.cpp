#include "daemon/monitoring.hpp"

#include "daemon/metrics.hpp"

#include <utility>

namespace understudy {

namespace {

HttpAnswer plain(unsigned status, std::string body)
{
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

HttpAnswer metrics_page(const MonitoringSources& sources)
{
    auto answer = plain(200, sources.metrics());
    answer.content_type = Metrics::content_type;
    return answer;
}

HttpAnswer readiness(const MonitoringSources& sources)
{
    if (const auto why = sources.unready_because())
        return plain(503, *why + "\n");
    return plain(200, "ready\n");
}

}  // namespace

HttpHandler monitoring_endpoints(MonitoringSources sources)
{
    return [sources = std::move(sources)](const std::string& path) {
        if (path == "/metrics")
            return metrics_page(sources);
        if (path == "/healthz")
            return plain(200, "serving\n");
        if (path == "/readyz")
            return readiness(sources);
        return plain(404, "there are /metrics, /healthz and /readyz\n");
    };
}

}  // namespace understudy
