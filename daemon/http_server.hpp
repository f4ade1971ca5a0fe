/// A small HTTP/1.1 server for endpoints that only read: `/metrics`, `/healthz`, `/readyz`.
///
/// It shares the event loop with the decisions, so whoever reaches its port must not be able to
/// hold that loop or its memory: everything a client can make grow or last has a limit here.
#pragma once

#include "daemon/http_request.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace understudy {

struct HttpAnswer {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

/// Answers one GET of `path`; must not block. What it throws becomes a 500 without details.
using HttpHandler = std::function<HttpAnswer(const std::string& path)>;

struct HttpServerOptions {
    std::string address = "127.0.0.1";  ///< Numeric; a name could resolve to more than was meant.
    std::uint16_t port = 0;             ///< 0: one that the system picks.
    HttpRequestLimits limits;
    std::size_t connections_max = 64;  ///< One more is closed at once.
    int requests_max = 1000;           ///< On one connection; the last answer says `close`.
    /// From the first byte of a header to its last, and from the connection to its first byte.
    std::chrono::milliseconds header_timeout{5'000};
    /// Between two requests: longer than the usual scrape interval.
    std::chrono::milliseconds idle_timeout{20'000};
    std::chrono::milliseconds answer_timeout{10'000};  ///< For a client that reads slowly.
};

class HttpServer {
public:
    /// Listens at once. Throws std::runtime_error that names the address when it cannot.
    HttpServer(
        boost::asio::any_io_executor executor, HttpServerOptions options, HttpHandler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    std::size_t connections() const;

    /// Serves until it is cancelled; then no connection is open any more. Throws nothing, not even
    /// when cancelled.
    boost::asio::awaitable<void> run();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  ///< With the connections, which may outlive a server that was
                                      ///< dropped without having been cancelled.
};

}  // namespace understudy
