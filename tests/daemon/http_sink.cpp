#include "daemon/http_sink.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace understudy::support {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

SunkRequest parsed(const std::string& head)
{
    SunkRequest request;
    std::istringstream lines(head);
    std::getline(lines, request.line);
    std::erase(request.line, '\r');
    for (std::string line; std::getline(lines, line) && line != "\r";) {
        const auto colon = line.find(':');
        auto name = line.substr(0, colon);
        std::ranges::transform(
            name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        auto value = line.substr(std::min(colon + 2, line.size()));
        std::erase(value, '\r');
        request.headers[name] = value;
    }
    return request;
}

/// A connection that breaks is the client's business: the test looks at what was recorded.
void ignore_broken_connection(const std::exception_ptr& error)
{
    try {
        if (error)
            std::rethrow_exception(error);
    } catch (const boost::system::system_error&) {
        return;
    }
}

}  // namespace

HttpSink::HttpSink(asio::io_context& io, Answer answer, std::uint16_t port)
    : state_(std::make_shared<State>(io))
{
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    state_->acceptor.open(endpoint.protocol());
    state_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    state_->acceptor.bind(endpoint);
    state_->acceptor.listen();
    state_->answer = std::move(answer);
    asio::co_spawn(io, accept(state_), ignore_broken_connection);
}

HttpSink::~HttpSink()
{
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& socket : state_->open)
        socket->close(ignored);
}

std::uint16_t HttpSink::port() const { return state_->acceptor.local_endpoint().port(); }

std::string HttpSink::url(const std::string& path) const
{
    return "http://127.0.0.1:" + std::to_string(port()) + path;
}

asio::awaitable<void> HttpSink::accept(std::shared_ptr<State> state)
{
    for (;;) {
        auto socket = std::make_shared<tcp::socket>(state->acceptor.get_executor());
        co_await state->acceptor.async_accept(*socket, asio::use_awaitable);
        state->open.push_back(socket);
        asio::co_spawn(
            state->acceptor.get_executor(), serve(state, socket), ignore_broken_connection);
    }
}

asio::awaitable<void> HttpSink::serve(
    std::shared_ptr<State> state, std::shared_ptr<tcp::socket> socket)
{
    std::string bytes;
    auto buffer = asio::dynamic_buffer(bytes);
    const std::string_view end_of_head = "\r\n\r\n";
    const auto head =
        co_await asio::async_read_until(*socket, buffer, end_of_head, asio::use_awaitable);
    auto request = parsed(bytes.substr(0, head));
    const auto length = request.headers.count("content-length") != 0
                            ? std::stoul(request.headers["content-length"])
                            : 0;
    if (bytes.size() < head + length) {
        const auto rest = asio::transfer_exactly(head + length - bytes.size());
        co_await asio::async_read(*socket, buffer, rest, asio::use_awaitable);
    }
    request.body = bytes.substr(head, length);
    const auto response = state->answer(request);
    state->requests.push_back(std::move(request));
    if (response.empty())
        co_return;  // stays open, and silent
    const auto output = asio::buffer(response);
    co_await asio::async_write(*socket, output, asio::use_awaitable);
    socket->shutdown(tcp::socket::shutdown_both);
}

std::string reply(int status, const std::string& header_lines)
{
    return "HTTP/1.1 " + std::to_string(status) +
           " x\r\nContent-Length: 0\r\nConnection: close\r\n" + header_lines + "\r\n";
}

HttpSink::Answer always(int status, const std::string& header_lines)
{
    return [=](const SunkRequest&) { return reply(status, header_lines); };
}

}  // namespace understudy::support
