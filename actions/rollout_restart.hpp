/// `kubectl rollout restart`: an annotation of the pod template, and so pods that are made anew.
#pragma once

#include "actions/cluster.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace understudy::actions {

/// `available` (once a rollout has ended, too), `restarted_at` (unix ms of our last restart; 0: we
/// never did) and what a restart rests on.
void add_restart_facts(core::Facts& facts, const boost::json::value& deployment);

/// One restart of `deployment`, as `facts` tell of it.
struct Restart {
    std::string deployment;
    core::OperationId id;
    core::Facts facts;
    std::int64_t date = 0;  ///< Unix ms by the cluster's clock.
    core::Instant deadline{};

    Restart() = default;
};

/// Sends one JSON Patch with our marks, `understudy.dev/restarted-at` and, in the template,
/// `kubectl.kubernetes.io/restartedAt`.
boost::asio::awaitable<Effect> restart(Cluster cluster, Restart wanted);

}  // namespace understudy::actions
