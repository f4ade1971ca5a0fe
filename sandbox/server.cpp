#include "sandbox/server.hpp"

#include "sandbox/tasks.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <stdexcept>

namespace understudy::sandbox {

namespace asio = boost::asio;
using asio::ip::tcp;

Server::Server(asio::any_io_executor executor, tcp::endpoint endpoint, Serve serve)
    : executor_(std::move(executor)),
      endpoint_(std::move(endpoint)),
      serve_(std::move(serve)),
      acceptor_(executor_)
{}

void Server::open()
{
    if (acceptor_.is_open())
        return;
    try {
        acceptor_.open(endpoint_.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint_);
        acceptor_.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format(
            "cannot listen on {}:{}: {}", endpoint_.address().to_string(), endpoint_.port(),
            error.code().message()));
    }
    spawn(executor_, accept(), shared_from_this());
}

void Server::shut()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    reset_connections();
}

void Server::reset_connections()
{
    for (const auto& weak : streams_) {
        if (const auto stream = weak.lock())
            stream->reset();
    }
    streams_.clear();
}

asio::awaitable<void> Server::accept()
{
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (!error)
            spawn(executor_, attend(std::move(socket)), shared_from_this());
        else if (error == asio::error::operation_aborted)
            co_return;
    }
}

asio::awaitable<void> Server::attend(tcp::socket socket)
{
    const auto stream = co_await accept_stream(std::move(socket), identity_);
    if (!acceptor_.is_open()) {  // shut while shaking hands
        stream->reset();
        co_return;
    }
    std::erase_if(streams_, [](const auto& weak) { return weak.expired(); });
    streams_.push_back(stream);
    co_await serve_(stream);
}

}  // namespace understudy::sandbox
