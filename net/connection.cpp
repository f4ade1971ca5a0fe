#include "net/connection.hpp"

#include "net/stream_connection.hpp"

namespace understudy::net {

namespace {

template <class Socket>
class PlainConnection final : public Connection {
public:
    explicit PlainConnection(Socket socket) : socket_(std::move(socket)) {}

    boost::asio::awaitable<Transfer> read_some(boost::asio::mutable_buffer into) override
    {
        return read_some_of(socket_, into);
    }

    boost::asio::awaitable<Transfer> write(boost::asio::const_buffer from) override
    {
        return write_to(socket_, from);
    }

private:
    Socket socket_;
};

}  // namespace

std::unique_ptr<Connection> plain_connection(boost::asio::ip::tcp::socket socket)
{
    using Plain = PlainConnection<boost::asio::ip::tcp::socket>;
    return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Connection> plain_connection(boost::asio::local::stream_protocol::socket socket)
{
    using Plain = PlainConnection<boost::asio::local::stream_protocol::socket>;
    return std::make_unique<Plain>(std::move(socket));
}

}  // namespace understudy::net
