#include "daemon/monitoring.hpp"

#include "daemon/metrics.hpp"

#include <utility>

namespace understudy {

namespace {

using Clock = std::chrono::steady_clock;

HttpAnswer plain(unsigned status, std::string body)
{
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

/// The last metrics page, and when it was made.
struct Page {
    std::string text;
    std::optional<Clock::time_point> made_at;
};

HttpAnswer metrics_page(const MonitoringSources& sources, Page& page)
{
    const auto now = Clock::now();
    if (!page.made_at || now - *page.made_at >= sources.page_reused_for) {
        page.text = sources.metrics();
        page.made_at = now;
    }
    auto answer = plain(200, page.text);
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
    return [sources = std::move(sources), page = Page()](const std::string& path) mutable {
        if (path == "/metrics")
            return metrics_page(sources, page);
        if (path == "/healthz")
            return plain(200, "serving\n");
        if (path == "/readyz")
            return readiness(sources);
        return plain(404, "there are /metrics, /healthz and /readyz\n");
    };
}

}  // namespace understudy
