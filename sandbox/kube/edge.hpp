/// `edge`: the agent of one workload cluster that exchanges configuration with Central.
#pragma once

#include "net/resolver.hpp"
#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/stream.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace understudy::sandbox {

/// How `edge` looks a name up: net::Resolver::resolve(), or what a test says.
using Lookup = std::function<boost::asio::awaitable<net::Resolution>(
    std::string host, std::chrono::nanoseconds budget)>;

/// Follows its pod. A new pod resolves the floating name once and stays with the address it found:
/// it connects again to that one only, however the name changes, until it is replaced (TSB-15).
/// Exchanges every `exchange`, connects again with back-off.
class Edge : public std::enable_shared_from_this<Edge> {
public:
    /// `token` tells what it shows to Central, with each connection.
    Edge(
        boost::asio::any_io_executor executor,
        Lookup lookup,
        std::function<std::string()> token,
        WorkloadSettings settings,
        boost::asio::ip::address source,
        std::shared_ptr<TlsTrust> trust);

    /// The pod that runs now; empty: none. Nothing happens when it is the same as before.
    void follow(const std::string& pod);

    /// In Prometheus' text format (TSB-14).
    std::string metrics() const;
    json::object state() const;

private:
    boost::asio::awaitable<void> live(std::string pod);
    boost::asio::awaitable<std::optional<boost::asio::ip::address>> find_peer(std::string pod);
    boost::asio::awaitable<void> exchange_all(std::string pod, boost::asio::ip::address peer);
    boost::asio::awaitable<bool> exchange_once(Stream& stream, std::string& pending);
    void forget();

    boost::asio::any_io_executor executor_;
    Lookup lookup_;
    std::function<std::string()> token_;
    WorkloadSettings settings_;
    boost::asio::ip::address source_;
    std::shared_ptr<TlsTrust> trust_;
    std::string pod_;
    std::weak_ptr<Stream> stream_;
    std::string peer_;
    std::string problem_;
    std::int64_t last_push_ms_ = 0;
    std::int64_t pushes_ = 0;
    std::int64_t connected_ = 0;
    std::int64_t closed_ = 0;
    std::int64_t refused_ = 0;
};

}  // namespace understudy::sandbox
