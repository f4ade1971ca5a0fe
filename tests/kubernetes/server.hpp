/// A real Kubernetes control plane of the tests' own: etcd, API server and controller manager.
#pragma once

#include "support/authority.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace understudy::kubernetes {

/// In a temporary folder and the network that we are in, where it takes the ports of an
/// installation; as user `nobody` when we are root. Version 1.20, of the programs that
/// scripts/kubernetes makes. It has RBAC, service accounts with tokens, deployments, jobs and
/// garbage collection; no scheduler and no kubelet, so pods stay Pending until a test says
/// otherwise (nodes.hpp). Dies with the test.
class Server {
public:
    /// Returns when it is ready; throws std::runtime_error with its log when it does not become
    /// so.
    Server();
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const std::filesystem::path& folder() const noexcept { return folder_; }

    /// The kubeconfig of a person who may do everything; its one context is `east`.
    std::filesystem::path admin() const { return folder_ / "admin.kubeconfig"; }
    /// That of somebody whom it knows and nobody gave a role.
    std::filesystem::path stranger() const { return folder_ / "stranger.kubeconfig"; }
    /// That of user `leaf`, with a client certificate in files of its own, which the next call
    /// renews in their place.
    std::filesystem::path certified(std::chrono::seconds lifetime) const;

private:
    void write_files() const;
    void put(const std::string& name, const std::string& text) const;
    void start(const std::string& name, std::vector<std::string> argv);
    void start_api_server();
    void start_controllers();
    void wait_until_ready() const;
    std::string tail_of_logs() const;
    void stop() noexcept;

    std::filesystem::path folder_;
    support::Authority authority_;
    std::vector<pid_t> processes_;
};

/// The one that all tests of this binary share; it runs while they do.
const Server& server();

}  // namespace understudy::kubernetes
