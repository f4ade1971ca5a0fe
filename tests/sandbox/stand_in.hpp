/// The stand-in's roles inside a test, reached over real sockets on loopback.
#pragma once

#include "net/process.hpp"

#include "support/authority.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace understudy::support {

/// A folder with certificates and secrets, and a thread that runs whatever roles are started in it.
class StandIn {
public:
    StandIn();
    ~StandIn();
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;

    const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Writes a file that only we can read; returns its name, which configurations may use.
    std::string write(const std::string& name, const std::string& text) const;
    /// `{"certificate", "key"}` for `127.0.0.1` and `localhost`.
    boost::json::object identity(const std::string& name, bool expired = false) const;

    /// Writes a kubeconfig of the namespace `tsb` for the API server on that port; returns its
    /// path.
    std::string write_kubeconfig(
        const std::string& name, std::uint16_t port, const std::string& token) const;

    /// Starts a role and then the thread, with the first one. They listen when this returns.
    void start_kube(const boost::json::value& config);
    void start_front(const boost::json::value& config);

    /// Runs a program to its end, with HOME in the folder.
    net::ProcessResult run(std::vector<std::string> argv) const;
    boost::json::value control(const std::string& socket, const boost::json::value& command) const;

private:
    void start(
        const std::string& name,
        const boost::json::value& config,
        const std::function<void(boost::asio::io_context&, const std::filesystem::path&)>& role);

    std::filesystem::path folder_;
    Authority authority_;
    boost::asio::io_context io_{1};
    std::thread thread_;
};

/// A port of 127.0.0.1 that nobody listens on.
std::uint16_t free_port();

/// Asks again until it holds; false when `patience` is over.
bool eventually(
    const std::function<bool()>& holds, std::chrono::seconds patience = std::chrono::seconds(20));

}  // namespace understudy::support
