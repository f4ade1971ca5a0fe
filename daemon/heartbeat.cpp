#include "daemon/heartbeat.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace understudy {

namespace asio = boost::asio;

Heartbeat::Heartbeat(
    asio::any_io_executor executor,
    net::HttpClient& http,
    store::HeartbeatOptions options,
    std::function<bool()> progressed,
    WallClock now,
    HeartbeatCounters& counters)
    : http_(http),
      options_(std::move(options)),
      progressed_(std::move(progressed)),
      now_(std::move(now)),
      counters_(counters),
      endpoint_(endpoint_of("heartbeat", options_.url, options_.tls)),
      timer_(std::move(executor))
{
    if (options_.bearer_token_file)
        bearer_token_ = net::read_secret(*options_.bearer_token_file);
}

asio::awaitable<void> Heartbeat::run()
{
    timer_.expires_after(options_.interval);
    for (;;) {
        co_await timer_.async_wait(asio::use_awaitable);
        // The next one counts from this one's due time; after a stall there is one, not a burst.
        const auto due = timer_.expiry() + options_.interval;
        if (progressed_())
            co_await beat();
        else
            ++counters_.withheld;
        timer_.expires_at(std::max(due, std::chrono::steady_clock::now()));
    }
}

asio::awaitable<void> Heartbeat::beat()
{
    net::HttpRequest request;
    request.method = options_.method;
    request.path = endpoint_.path;
    request.headers.emplace_back("User-Agent", "Understudy");
    if (!bearer_token_.empty())
        request.headers.emplace_back(
            "Authorization", fmt::format("Bearer {}", bearer_token_.reveal()));
    auto target = endpoint_.target;
    net::HttpLimits limits;
    limits.timeout = options_.timeout;
    const auto reply = co_await http_.exchange(std::move(target), std::move(request), limits);
    if (judge(reply, now_()).fate == Fate::delivered) {
        ++counters_.sent;
        counters_.last_success_at = now_();
    } else {
        ++counters_.failed;
    }
}

}  // namespace understudy
