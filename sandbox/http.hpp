/// HTTP/1.1 for servers: a request in, a response or a stream of chunks out.
#pragma once

#include "sandbox/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace understudy::sandbox {

struct Request {
    std::string method;
    std::string target;                                       ///< As it came.
    std::string path;                                         ///< Decoded, without the query.
    std::map<std::string, std::string, std::less<>> query;    ///< Decoded; the last of a name wins.
    std::map<std::string, std::string, std::less<>> headers;  ///< Names in lower case.
    std::string body;

    Request() = default;
    /// Empty when it is not there.
    std::string header(std::string_view name) const;
    std::string parameter(std::string_view name) const;
};

/// Where a streaming response writes.
class Chunks {
public:
    explicit Chunks(Stream& stream) : stream_(stream) {}
    boost::asio::awaitable<void> send(std::string bytes);

private:
    Stream& stream_;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// When given, it writes the body until it returns or the peer goes away.
    std::function<boost::asio::awaitable<void>(Chunks&)> stream;
    bool reset = false;  ///< Nothing is sent: the connection is cut with RST.

    Response() = default;
    Response(unsigned code, std::string text) : status(code), body(std::move(text)) {}
};

using HttpHandler = std::function<boost::asio::awaitable<Response>(Request)>;

/// Serves requests on one connection until the peer closes it.
boost::asio::awaitable<void> serve_http(std::shared_ptr<Stream> stream, HttpHandler handler);

}  // namespace understudy::sandbox
