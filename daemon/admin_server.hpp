/// The local admin socket: who may connect is the file's group, who connected is told by the
/// kernel.
#pragma once

#include "daemon/admin_protocol.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace understudy {

struct AdminSocketOptions {
    std::filesystem::path path;
    std::string group = "understudy";  ///< Its members may use the socket (mode 0660).

    AdminSocketOptions() = default;
};

/// Answers one request of one principal, when it knows; throws std::runtime_error to refuse it. It
/// is cancelled when the answer takes too long, which undoes nothing that it set going.
using AdminHandler = std::function<boost::asio::awaitable<boost::json::object>(
    Principal principal, AdminRequest request)>;

/// Bounded: at most 32 connections, 64 KiB for a request, 12 s for the handler's answer, and 15 s
/// for the whole conversation.
class AdminServer {
public:
    /// Binds at once. Throws std::runtime_error when the path is taken by a living daemon, or
    /// cannot be bound or given to the group.
    AdminServer(
        boost::asio::any_io_executor executor,
        const AdminSocketOptions& options,
        AdminHandler handler);
    ~AdminServer();
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;

    /// Serves until it is cancelled; returns when the last connection has ended.
    boost::asio::awaitable<void> run();

private:
    using Protocol = boost::asio::local::stream_protocol;
    void start(Protocol::socket socket);
    boost::asio::awaitable<void> serve(Protocol::socket socket);
    boost::asio::awaitable<bool> converse(Protocol::socket& socket);
    boost::asio::awaitable<std::string> answer(Principal principal, std::string line);
    boost::asio::awaitable<std::string> ask_handler(Principal principal, std::string line);

    std::filesystem::path path_;
    AdminHandler handler_;
    Protocol::acceptor acceptor_;
    /// Ends each conversation, also one whose answer is awaited.
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> open_;
    std::uint64_t next_ = 0;
};

}  // namespace understudy
