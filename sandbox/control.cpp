#include "sandbox/control.hpp"

#include "net/deadline.hpp"
#include "sandbox/tasks.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include <stdexcept>
#include <system_error>

namespace understudy::sandbox {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::local::stream_protocol;

namespace {

constexpr std::size_t line_bytes_max = 16 * 1024 * 1024;

std::string answer_line(const ControlHandler& handler, const std::string& line)
{
    json::object answer;
    try {
        const auto command = json::parse(line);
        if (text_at(command, "/cmd") != "ping")
            answer = handler(command);
        answer["ok"] = true;
    } catch (const std::exception& error) {
        answer = {{"ok", false}, {"error", error.what()}};
    }
    return json::serialize(answer) + "\n";
}

asio::awaitable<std::string> read_line(stream_protocol::socket& socket, std::string& buffer)
{
    const auto size = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(buffer, line_bytes_max), '\n', use_awaitable);
    auto line = buffer.substr(0, size);
    buffer.erase(0, size);
    co_return line;
}

asio::awaitable<void> answer_lines(
    stream_protocol::socket socket, std::shared_ptr<const ControlHandler> handler)
{
    std::string buffer;
    for (;;) {
        const auto line = co_await read_line(socket, buffer);
        const auto answer = answer_line(*handler, line);
        co_await asio::async_write(socket, asio::buffer(answer), use_awaitable);
    }
}

asio::awaitable<void> accept_commands(
    stream_protocol::acceptor acceptor, std::shared_ptr<const ControlHandler> handler)
{
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        spawn(executor, answer_lines(std::move(socket), handler));
    }
}

asio::awaitable<json::value> exchange(std::filesystem::path path, std::string line)
{
    const auto executor = co_await asio::this_coro::executor;
    stream_protocol::socket socket(executor);
    const stream_protocol::endpoint endpoint(path.string());
    co_await socket.async_connect(endpoint, use_awaitable);
    co_await asio::async_write(socket, asio::buffer(line), use_awaitable);
    std::string buffer;
    const auto answer = co_await read_line(socket, buffer);
    co_return json::parse(answer);
}

}  // namespace

void serve_control(
    asio::any_io_executor executor, std::filesystem::path socket, ControlHandler handler)
{
    std::filesystem::remove(socket);
    try {
        stream_protocol::acceptor acceptor(executor, stream_protocol::endpoint(socket.string()));
        if (::chmod(socket.c_str(), S_IRUSR | S_IWUSR) != 0)
            throw std::system_error(errno, std::generic_category(), "chmod");
        auto shared = std::make_shared<const ControlHandler>(std::move(handler));
        spawn(executor, accept_commands(std::move(acceptor), std::move(shared)));
    } catch (const std::exception& error) {
        throw std::runtime_error(
            fmt::format("control socket {}: {}", socket.string(), error.what()));
    }
}

asio::awaitable<json::value> ask_control(
    std::filesystem::path socket, json::value command, std::chrono::milliseconds budget)
{
    auto line = json::serialize(command) + "\n";
    std::string problem;
    try {
        auto answer = co_await net::with_deadline(exchange(socket, std::move(line)), budget);
        if (answer)
            co_return std::move(*answer);
        problem = fmt::format("no answer within {} ms", budget.count());
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            throw;
        problem = error.code().message();
    }
    throw std::runtime_error(fmt::format("control socket {}: {}", socket.string(), problem));
}

}  // namespace understudy::sandbox
