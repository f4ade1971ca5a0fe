/// One cluster, as the steps read and change it.
#pragma once

#include "actions/action.hpp"
#include "net/kubernetes_client.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace understudy::actions {

/// The API of one cluster and the namespace in it that a step works in. Copies share the client.
struct Cluster {
    std::shared_ptr<net::KubernetesClient> api;
    std::string name_space;
    core::Duration read_timeout = std::chrono::seconds(3);

    Cluster() = default;
};

/// A GET within `read_timeout`.
boost::asio::awaitable<net::KubernetesReply> read(const Cluster& cluster, std::string path);

/// Sends a JSON Patch (RFC 6902) once and says how it ended.
boost::asio::awaitable<Effect> send_json_patch(
    const Cluster& cluster, std::string path, std::string patch, core::Instant deadline);

/// Sends any change once and says how it ended.
boost::asio::awaitable<Effect> send_change(
    const Cluster& cluster, net::KubernetesRequest request, core::Instant deadline);

/// The object, or its whole kind, is not there: the API server says so itself. For an unknown kind
/// it answers with a text and no Status object.
bool is_absent(const net::KubernetesReply& reply);

/// Readings to add facts to.
core::Observation readable(std::string detail);
/// `exists` is false.
core::Observation absent(std::string detail);
core::Observation unreadable(std::string why);
Effect refused(std::string why);

}  // namespace understudy::actions
