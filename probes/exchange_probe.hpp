/// When did a control plane last exchange configuration with its Management Plane, as its own
/// cluster reports? The evidence class `clients`.
#pragma once

#include "net/kubernetes_client.hpp"
#include "probes/probe.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace understudy::probes {

/// Reads `edge`'s metrics through the pod proxy of the workload cluster's own API server and
/// reports `exchange/age_ms`: the difference between that API server's `Date` header and the newest
/// timestamp of `metric`, so that neither our clock nor skew between clusters matters. Everything
/// that keeps us from reading it (the API server away, no ready pod, no such metric) is
/// `unreachable_witness`: a cluster that cannot tell us has not said that it lost the plane.
class ExchangeProbe final : public Probe {
public:
    struct Options {
        std::string name_space = "istio-system";
        std::string selector = "app=edge";
        std::uint16_t port = 8080;
        std::string path = "/metrics";
        std::string metric = "xcp_edge_last_push_to_central_timestamp_ms";
        std::string peer_label;  ///< Label of `metric` that names the peer; empty: not told.
        core::Duration timeout = std::chrono::seconds(3);
    };

    ExchangeProbe(std::shared_ptr<net::KubernetesClient> cluster, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    std::shared_ptr<net::KubernetesClient> cluster_;
    Options options_;
    std::string pod_;  ///< Answered last, so it is asked first: most runs are one request.
};

}  // namespace understudy::probes
