/// A workload cluster's control plane: `edge`, its operator and the tokens that they use.
#pragma once

#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/deployments.hpp"
#include "sandbox/kube/edge.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/kube/token_keeper.hpp"
#include "sandbox/tasks.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace understudy::sandbox {

/// Make it with std::make_shared; `start()` once.
class Workload : public std::enable_shared_from_this<Workload> {
public:
    Workload(
        boost::asio::any_io_executor executor,
        std::shared_ptr<ObjectStore> store,
        std::shared_ptr<Deployments> deployments,
        WorkloadSettings settings,
        KubeTiming timing,
        std::shared_ptr<TokenKeeper> tokens,
        std::shared_ptr<Edge> edge);

    void start();
    /// Hands `edge` the pod it lives in; to be called when pods have changed.
    void follow_pods();
    /// What the pods of this cluster answer to HTTP.
    Response answer(const json::value& pod, const std::string& port, const std::string& path) const;
    const Edge& edge() const { return *edge_; }
    TokenKeeper& tokens() { return *tokens_; }

private:
    boost::asio::awaitable<void> keep_tokens();
    void create_objects();
    std::string newest_ready_pod(std::string_view deployment) const;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<ObjectStore> store_;
    std::shared_ptr<Deployments> deployments_;
    WorkloadSettings settings_;
    KubeTiming timing_;
    std::shared_ptr<TokenKeeper> tokens_;
    std::shared_ptr<Edge> edge_;
    Alarm changed_;
};

}  // namespace understudy::sandbox
