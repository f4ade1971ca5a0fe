/// A connected stream of bytes, whatever carries it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>

namespace understudy::net {

/// What one read or write came to; bytes may have moved although it ended with an error.
struct Transfer {
    boost::system::error_code error;
    std::size_t bytes = 0;
};

/// Closes when it dies. One read and one write at a time; the connection and the buffer must
/// outlive them. A failure is a value (net/errors.hpp tells what it means); cancellation is one as
/// well.
class Connection {
public:
    virtual ~Connection() = default;
    virtual boost::asio::awaitable<Transfer> read_some(boost::asio::mutable_buffer into) = 0;
    /// All of it.
    virtual boost::asio::awaitable<Transfer> write(boost::asio::const_buffer from) = 0;
};

std::unique_ptr<Connection> plain_connection(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Connection> plain_connection(boost::asio::local::stream_protocol::socket socket);

}  // namespace understudy::net
