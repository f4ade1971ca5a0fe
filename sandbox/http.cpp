#include "sandbox/http.hpp"

#include "sandbox/tasks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace understudy::sandbox {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

namespace {

constexpr std::size_t body_bytes_max = 8 * 1024 * 1024;

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    });
    return result;
}

/// Feeds what came to the parser; keeps in `pending` what belongs to the next request.
boost::system::error_code feed(Parser& parser, std::string& pending)
{
    boost::system::error_code error;
    while (!pending.empty() && !parser.is_done() && !error) {
        const auto used = parser.put(asio::buffer(pending), error);
        pending.erase(0, used);
        if (error == http::error::need_more)
            return {};
        if (used == 0)
            break;
    }
    return error;
}

void take_target(Request& request)
{
    const auto url = boost::urls::parse_origin_form(request.target);
    if (!url) {
        request.path = request.target;
        return;
    }
    request.path = url->path();
    for (const auto& parameter : url->params())
        request.query[parameter.key] = parameter.value;
}

Request take_request(Parser& parser)
{
    auto message = parser.release();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
        request.headers[lower(field.name_string())] = std::string(field.value());
    request.body = std::move(message.body());
    take_target(request);
    return request;
}

/// The next request, or nothing when what came is not HTTP. Throws when the peer closes.
asio::awaitable<std::optional<Request>> read_request(Stream& stream, std::string& pending)
{
    Parser parser;
    parser.eager(true);
    parser.body_limit(body_bytes_max);
    std::array<char, 16 * 1024> bytes{};
    for (auto error = feed(parser, pending); !parser.is_done(); error = feed(parser, pending)) {
        if (error)
            co_return std::nullopt;
        const auto read = co_await stream.read_some(asio::buffer(bytes));
        pending.append(bytes.data(), read);
    }
    co_return take_request(parser);
}

std::string head_of(const Response& response)
{
    const auto now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    auto head = fmt::format(
        "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S GMT}\r\n", response.status,
        std::string_view(http::obsolete_reason(http::int_to_status(response.status))),
        fmt::gmtime(now));
    for (const auto& [name, value] : response.headers)
        head += fmt::format("{}: {}\r\n", name, value);
    if (!response.content_type.empty())
        head += fmt::format("Content-Type: {}\r\n", response.content_type);
    if (response.stream)
        head += "Transfer-Encoding: chunked\r\n";
    else if (response.status != 204)
        head += fmt::format("Content-Length: {}\r\n", response.body.size());
    return head + "\r\n";
}

/// Ends (by exception) when the peer closes; what it sends meanwhile is kept.
asio::awaitable<void> read_until_closed(Stream& stream, std::string& pending)
{
    std::array<char, 4096> bytes{};
    while (pending.size() < body_bytes_max) {
        const auto read = co_await stream.read_some(asio::buffer(bytes));
        pending.append(bytes.data(), read);
    }
}

asio::awaitable<void> write_chunks(Stream& stream, const Response& response)
{
    Chunks chunks(stream);
    co_await response.stream(chunks);
    co_await stream.write("0\r\n\r\n");
}

/// A watch may be silent for an hour: reading beside it is how we notice that the peer has gone.
asio::awaitable<bool> stream_body(Stream& stream, const Response& response, std::string& pending)
{
    const auto executor = co_await asio::this_coro::executor;
    auto race = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, write_chunks(stream, response), asio::deferred),
        asio::co_spawn(executor, read_until_closed(stream, pending), asio::deferred));
    auto [order, written, closed] =
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (written && order.front() == 0)
        std::rethrow_exception(written);
    co_return order.front() == 0;
}

}  // namespace

std::string Request::header(std::string_view name) const
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::string Request::parameter(std::string_view name) const
{
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

asio::awaitable<void> Chunks::send(std::string bytes)
{
    const auto chunk = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    co_await stream_.write(chunk);
}

asio::awaitable<void> serve_http(std::shared_ptr<Stream> stream, HttpHandler handler)
{
    std::string pending;
    for (bool open = true; open;) {
        auto request = co_await read_request(*stream, pending);
        if (!request)
            co_return;
        open = lower(request->header("connection")) != "close";
        const bool head_only = request->method == "HEAD";
        Request taken = std::move(*request);
        const auto response = co_await handler(std::move(taken));
        if (response.reset) {
            stream->reset();
            co_return;
        }
        auto bytes = head_of(response);
        if (!response.stream && !head_only)
            bytes += response.body;
        co_await stream->write(bytes);
        if (response.stream) {
            const bool complete = co_await stream_body(*stream, response, pending);
            open = open && complete;
        }
    }
}

}  // namespace understudy::sandbox
