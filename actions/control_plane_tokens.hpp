/// The Secrets with which a control plane shows itself to its management plane.
#pragma once

#include "actions/cluster.hpp"
#include "actions/plane_api.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace understudy::actions {

/// The TSB API of each plane that there is, by its name.
using PlaneApis = std::map<std::string, std::shared_ptr<PlaneApi>, std::less<>>;

/// Looks at their metadata alone: what is in them is never fetched. Facts: those of a `rejoin` for
/// its `tokens` (core/operation.hpp), and for each that is there what its deletion rests on.
class ControlPlaneTokens {
public:
    ControlPlaneTokens(Cluster cluster, PlaneApis planes)
        : cluster_(std::move(cluster)), planes_(std::move(planes))
    {}

    /// `operation` has the parameters `tokens` and `new_plane`.
    boost::asio::awaitable<core::Facts> read(core::Operation operation);

    /// Deletes, one after the other, those of its `tokens` that were made at or before its
    /// parameter `made_until`, each only as it was read. One that is gone already is as it should
    /// be; at the first that is not deleted it ends as that did.
    boost::asio::awaitable<Effect> delete_old(Order order);

private:
    boost::asio::awaitable<bool> serves(std::string plane);
    boost::asio::awaitable<Effect> delete_one(
        std::string name, core::Facts facts, core::Instant deadline);

    Cluster cluster_;
    PlaneApis planes_;
};

}  // namespace understudy::actions
