/// Does the plane serve: its deployments, the documented request, what it knows?
#pragma once

#include "actions/cluster.hpp"
#include "actions/plane_api.hpp"
#include "actions/read_only.hpp"

#include <memory>
#include <utility>

namespace understudy::actions {

/// Parameters: `deployments` (names, comma separated: each has to be Available, with a replica
/// asked for), `expected` (names of clusters that the plane has to know, comma separated) and
/// `through` (empty: the plane's own name, else the floating one). `status` is that of `GET
/// /v2/organizations/ORG/status`, and 0 when nothing came or the 200 is no JSON; `clusters`,
/// `expected_clusters` and `missing` tell of `GET /v2/organizations/ORG/clusters`.
///
/// Not readable when the plane's Kubernetes API cannot be asked; a plane that does not answer is
/// `status` 0.
class Serve final : public ReadOnlyAction {
public:
    Serve(Cluster cluster, std::shared_ptr<PlaneApi> api)
        : cluster_(std::move(cluster)), api_(std::move(api))
    {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;

private:
    boost::asio::awaitable<core::Observation> read_deployments(std::string names);
    boost::asio::awaitable<void> add_plane(core::Observation& seen, core::Operation operation);

    Cluster cluster_;
    std::shared_ptr<PlaneApi> api_;
};

}  // namespace understudy::actions
