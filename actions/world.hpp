/// The whole world, as the executor reads and changes it.
#pragma once

#include "actions/action.hpp"
#include "actions/compare_content.hpp"
#include "actions/hook.hpp"
#include "actions/plane_api.hpp"
#include "actions/rejoin.hpp"
#include "actions/world_record.hpp"
#include "net/http_client.hpp"
#include "net/kubernetes_client.hpp"
#include "net/postgres_query.hpp"
#include "net/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::actions {

/// How a plane is acted upon.
struct PlaneAccess {
    net::KubernetesOptions kubernetes;  ///< Credentials that may act, apart from those to watch.
    std::string name_space = "tsb";
    PlaneApiOptions api;
    std::vector<net::PostgresAccess> databases;  ///< Empty: the labels of pods have to do.
    std::optional<ContentQuery> content;

    PlaneAccess() = default;
};

/// How a control plane is acted upon, through its own workload cluster.
struct ControlPlaneAccess {
    net::KubernetesOptions kubernetes;
    std::string name_space = "istio-system";
    EdgeMetrics metrics;

    ControlPlaneAccess() = default;
};

struct WorldOptions {
    std::string instance;  ///< Ours, for the record in the world.
    std::map<std::string, PlaneAccess> planes;
    std::map<std::string, ControlPlaneAccess> control_planes;
    Hooks hooks;
    core::Duration read_timeout = std::chrono::seconds(3);  ///< Of one request.

    WorldOptions() = default;
};

/// Hands each operation to the action for its kind and target. Use from the executor's one thread;
/// must outlive its calls.
class World final : public Action {
public:
    World() = default;

    /// From then on that action does what is of `kind` for `target`; an empty target stands for all
    /// that have none of their own. Replaces one that was there.
    void add(core::OperationKind kind, std::string target, std::unique_ptr<Action> action);

    /// An operation that nobody does is not readable, and refused.
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    Action* find(const core::Operation& operation) const;

    std::map<std::pair<core::OperationKind, std::string>, std::unique_ptr<Action>> actions_;
};

/// What a World is made with. All of it must outlive the World.
struct WorldTools {
    net::HttpClient& http;
    net::Resolver& resolver;
    boost::asio::any_io_executor executor;
};

/// A World for all kinds but `switch_name` and `resolve_name`, which belong to the name's provider.
/// Reads the kubeconfigs; throws std::runtime_error that names what is wrong with one.
std::unique_ptr<World> make_world(const WorldOptions& options, const WorldTools& tools);

/// The cluster of a plane, as `make_world` makes it: for read_hold().
Cluster cluster_of(const PlaneAccess& plane, core::Duration read_timeout, net::HttpClient& http);

}  // namespace understudy::actions
