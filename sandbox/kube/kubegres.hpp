/// Kubegres: the operator of a plane's embedded PostgreSQL, over real servers.
#pragma once

#include "sandbox/database.hpp"
#include "sandbox/kube/cluster_settings.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/tasks.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// Shows one pod per server, ready while the server answers. When `spec.standby.enabled` becomes
/// false and there is no primary, it promotes the ready replica with the lowest index (or
/// `spec.failover.promotePod`), then restarts every pod one by one; `status.blockingOperation`
/// shows it. It does nothing while an operation blocks, while `spec.failover.isDisabled`, while
/// `status.enforcedReplicas` is 0, or while no replica is ready. It does not touch what the
/// siblings follow. (TSB-21 to TSB-24)
class Kubegres : public std::enable_shared_from_this<Kubegres> {
public:
    Kubegres(
        boost::asio::any_io_executor executor,
        std::shared_ptr<ObjectStore> store,
        std::string name_space,
        KubegresSettings settings,
        KubeTiming timing);

    void start();
    /// Shows an operation that never ends; an empty one ends it.
    void set_blocking(const std::string& operation);
    json::object state() const;

private:
    struct Instance {
        PostgresInstance settings;
        std::shared_ptr<Database> database;
        bool primary = false;
        bool answers = false;
        bool in_recovery = true;
        bool rolling = false;  ///< Being restarted: not ready, whatever the server says.

        bool ready() const { return answers && !rolling; }
    };

    boost::asio::awaitable<void> watch(std::size_t index);
    boost::asio::awaitable<void> operate();
    boost::asio::awaitable<void> promote();
    boost::asio::awaitable<bool> run_promotion(std::size_t index);
    boost::asio::awaitable<void> roll();
    boost::asio::awaitable<bool> run(std::vector<std::string> argv);
    boost::asio::awaitable<bool> answers_within(std::size_t index, std::chrono::seconds budget);

    bool may_promote() const;
    std::optional<std::size_t> candidate() const;
    const json::value* object() const;
    void show_operation(const std::string& operation, const std::string& step, bool timed_out);
    void show_pod(const Instance& instance);
    void show_replicas();
    std::string pod_name(const Instance& instance) const;
    json::value pod_object(const Instance& instance) const;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<ObjectStore> store_;
    std::string name_space_;
    KubegresSettings settings_;
    KubeTiming timing_;
    std::vector<Instance> instances_;
    std::string operation_;
    Alarm changed_;
};

}  // namespace understudy::sandbox
