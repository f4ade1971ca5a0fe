/// A listening TCP port that can be shut and opened again.
#pragma once

#include "sandbox/stream.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace understudy::sandbox {

/// Accepts connections and serves each in a coroutine of its own. Make it with std::make_shared.
class Server : public std::enable_shared_from_this<Server> {
public:
    using Serve = std::function<boost::asio::awaitable<void>(std::shared_ptr<Stream>)>;

    /// Does not listen yet.
    Server(
        boost::asio::any_io_executor executor,
        boost::asio::ip::tcp::endpoint endpoint,
        Serve serve);

    /// Listens; throws std::runtime_error that names the address. Nothing happens when it does
    /// already.
    void open();
    /// Refuses connections from now on and cuts the open ones with RST.
    void shut();
    /// Cuts the open connections with RST.
    void reset_connections();
    bool is_open() const { return acceptor_.is_open(); }

    /// What new connections are shown from now on; null: no TLS.
    void show(std::shared_ptr<TlsIdentity> identity) { identity_ = std::move(identity); }

private:
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> attend(boost::asio::ip::tcp::socket socket);

    boost::asio::any_io_executor executor_;
    boost::asio::ip::tcp::endpoint endpoint_;
    Serve serve_;
    std::shared_ptr<TlsIdentity> identity_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<std::weak_ptr<Stream>> streams_;
};

}  // namespace understudy::sandbox
