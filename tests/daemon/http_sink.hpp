/// A receiver of a test: takes HTTP requests, keeps them, answers as told.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace understudy::support {

struct SunkRequest {
    std::string line;                            ///< e.g. `POST /hook HTTP/1.1`
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;

    SunkRequest() = default;
};

/// Listens on a port of loopback for as long as it lives; on the test's own event loop.
class HttpSink {
public:
    /// Gives the raw response to a request; empty: never answers. Runs before the request is
    /// recorded.
    using Answer = std::function<std::string(const SunkRequest&)>;

    HttpSink(boost::asio::io_context& io, Answer answer, std::uint16_t port = 0);
    ~HttpSink();
    HttpSink(const HttpSink&) = delete;
    HttpSink& operator=(const HttpSink&) = delete;

    std::string url(const std::string& path = "/hook") const;
    std::uint16_t port() const;
    std::vector<SunkRequest>& requests() noexcept { return state_->requests; }
    void answer_with(Answer answer) { state_->answer = std::move(answer); }

private:
    /// Shared with the connections, which may outlive the sink by a turn of the loop.
    struct State {
        explicit State(boost::asio::io_context& io) : acceptor(io) {}
        boost::asio::ip::tcp::acceptor acceptor;
        std::vector<std::shared_ptr<boost::asio::ip::tcp::socket>> open;
        Answer answer;
        std::vector<SunkRequest> requests;
    };
    static boost::asio::awaitable<void> accept(std::shared_ptr<State> state);
    static boost::asio::awaitable<void> serve(
        std::shared_ptr<State> state, std::shared_ptr<boost::asio::ip::tcp::socket> socket);

    std::shared_ptr<State> state_;
};

/// `HTTP/1.1 STATUS x`, further header lines (each with its CRLF), an empty body.
std::string reply(int status, const std::string& header_lines = {});
/// Answers everything so.
HttpSink::Answer always(int status, const std::string& header_lines = {});

}  // namespace understudy::support
