/// One control plane follows: proven by `edge`'s own metrics, helped by a restart of it.
#pragma once

#include "actions/cluster.hpp"
#include "actions/control_plane_tokens.hpp"
#include "net/prometheus_text.hpp"
#include "net/resolver.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace understudy::actions {

/// Where `edge` tells when it last exchanged configuration, and with whom.
struct EdgeMetrics {
    std::uint16_t port = 8080;
    std::string path = "/metrics";
    std::string metric = "xcp_edge_last_push_to_central_timestamp_ms";
    std::string peer_label;   ///< Empty: the metric does not name the peer.
    net::Series token_error;  ///< Above 0 once its tokens were refused; no metric: nothing tells.

    EdgeMetrics() = default;
};

/// A reading asks the workload cluster's own API for the deployment and, through the pod proxy, the
/// newest ready pod for its metrics. `synced_at` is the metric's largest value: unix ms by the
/// cluster's clock, and 0 when no pod is ready or the pod has not exchanged anything since it
/// started. A value further in the future of the API server's `Date` than clocks drift is not
/// readable, as are metrics that cannot be fetched: what a cluster cannot tell is no reason to
/// restart anything in it. `date` (unix ms) is that `Date`, to compare other clocks with.
/// `available` is true once a rollout has ended, too.
///
/// `token_error` is true when the pod's series `EdgeMetrics::token_error` is above 0, and stays so
/// as long as the pod lives. With parameter `operator`, that deployment is then read too: its facts
/// are those of `edge` with `operator_` before their names, and `operator_problem` alone when it
/// cannot be read. With parameter `tokens`, and once `edge` was restarted after that deployment,
/// those Secrets' metadata is looked at (actions/control_plane_tokens.hpp). The right to read logs
/// is not asked for.
///
/// Metrics name a peer by its address: when that is one of the host in parameter `peer`, `peer`
/// tells the host.
///
/// The effect is a rollout restart (actions/rollout_restart.hpp) by the cluster's clock: of `edge`,
/// or of its operator when the parameter `effect` says so, or else the deletion of old tokens.
class Rejoin final : public Action {
public:
    /// The resolver must outlive it.
    Rejoin(Cluster cluster, EdgeMetrics metrics, net::Resolver& resolver, PlaneApis planes)
        : cluster_(std::move(cluster)),
          metrics_(std::move(metrics)),
          resolver_(resolver),
          tokens_(cluster_, std::move(planes))
    {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    boost::asio::awaitable<core::Observation> add_exchange(
        core::Observation seen, std::string selector);
    boost::asio::awaitable<core::Observation> ask_pod(core::Observation seen, std::string pod);

    boost::asio::awaitable<core::Observation> add_token_help(
        core::Observation seen, core::Operation operation);
    boost::asio::awaitable<core::Observation> add_operator(
        core::Observation seen, std::string name);
    boost::asio::awaitable<Effect> restart_one(Order order, bool is_operator);
    boost::asio::awaitable<core::Observation> name_peer(core::Observation seen, std::string wanted);

    Cluster cluster_;
    EdgeMetrics metrics_;
    net::Resolver& resolver_;
    ControlPlaneTokens tokens_;
};

}  // namespace understudy::actions
