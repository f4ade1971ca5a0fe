#include "edge_metrics.hpp"

#include "support/fake_api_server.hpp"

#include <chrono>

#include "own_network.hpp"

namespace understudy::kubernetes {

support::ScriptedPeer edge_metrics(
    boost::asio::io_context& io, std::int64_t synced_at, const std::string& peer)
{
    constexpr std::uint16_t port = 8080;
    const auto page = "xcp_edge_last_push_to_central_timestamp_ms{peer=\"" + peer + "\"} " +
                      std::to_string(synced_at) + "\n";
    const auto answer =
        support::http_answer(200, page, "Content-Type: text/plain\r\nConnection: close\r\n");
    return {io, {support::read_head, support::send(answer), support::close}, pod_address, port};
}

std::int64_t now_ms()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

}  // namespace understudy::kubernetes
