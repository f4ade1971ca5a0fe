/// The dead-man switch: somebody else raises the alarm when this falls silent.
#pragma once

#include "daemon/delivery_counters.hpp"
#include "daemon/endpoint.hpp"
#include "daemon/receiver.hpp"
#include "net/http_client.hpp"
#include "net/secret.hpp"
#include "store/receiver_options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace understudy {

/// Calls the URL every interval, but only when `progressed` says that the decision loop has gone on
/// since the last time it was asked. A process that merely lives must not look well.
class Heartbeat {
public:
    /// Reads the token; throws std::runtime_error that names the file and the remedy.
    Heartbeat(
        boost::asio::any_io_executor executor,
        net::HttpClient& http,
        store::HeartbeatOptions options,
        std::function<bool()> progressed,
        WallClock now,
        HeartbeatCounters& counters);

    /// Until cancelled; then throws operation_aborted. The first beat comes after one interval.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> beat();

    net::HttpClient& http_;
    store::HeartbeatOptions options_;
    std::function<bool()> progressed_;
    WallClock now_;
    HeartbeatCounters& counters_;
    Endpoint endpoint_;
    net::Secret bearer_token_;
    boost::asio::steady_timer timer_;
};

}  // namespace understudy
