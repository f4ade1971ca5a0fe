/// `edge`'s metrics port, where an API server reaches it.
#pragma once

#include "support/scripted_peer.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <string>

namespace understudy::kubernetes {

/// Listens at `pod_address`, port 8080, on the test's own loop; always answers that the last
/// exchange was at `synced_at` (unix ms) with `peer`.
support::ScriptedPeer edge_metrics(
    boost::asio::io_context& io, std::int64_t synced_at, const std::string& peer = "10.0.0.7");

/// Now, by the clock that the servers of a test share with it.
std::int64_t now_ms();

}  // namespace understudy::kubernetes
