#include "daemon/http_server.hpp"

#include "net/deadline.hpp"
#include "net/stream_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <exception>
#include <set>
#include <stdexcept>
#include <utility>

namespace understudy {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// A client sends its header in one or two pieces. Each piece costs a look at the whole header, so
/// one that sends single bytes is turned away.
constexpr int pieces_max = 64;

/// How long, and for how much, we go on reading after our last answer: closing a socket with unread
/// bytes in it resets the connection, and the answer would be lost.
constexpr auto linger = std::chrono::milliseconds(500);
constexpr int linger_reads = 16;

/// After an accept that failed for want of descriptors or memory.
constexpr auto accept_pause = std::chrono::milliseconds(100);

tcp::endpoint endpoint_of(const HttpServerOptions& options)
{
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error)
        throw std::runtime_error(
            "cannot serve HTTP on '" + options.address +
            "': not a numeric address; give one such as 127.0.0.1 or ::1");
    return {address, options.port};
}

tcp::acceptor listen_on(const asio::any_io_executor& executor, const HttpServerOptions& options)
{
    const auto endpoint = endpoint_of(options);
    try {
        return {executor, endpoint};
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(
            "cannot serve HTTP on " + options.address + " port " + std::to_string(options.port) +
            ": " + error.code().message() + "; is another process listening there?");
    }
}

/// The answer as it goes over the wire.
std::string on_the_wire(const HttpAnswer& answer, bool head, bool keep_alive)
{
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    text.append(reason_phrase(answer.status));
    text += "\r\nContent-Type: " + answer.content_type;
    text += "\r\nContent-Length: " + std::to_string(answer.body.size());
    text += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff";
    if (answer.status == 405)
        text += "\r\nAllow: GET, HEAD";
    text += keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    if (!head)
        text += answer.body;
    return text;
}

HttpAnswer refusal(const HttpParse& parse)
{
    HttpAnswer answer;
    answer.status = parse.status;
    answer.body = parse.why + "\n";
    return answer;
}

HttpParse too_slow(unsigned status, std::string why)
{
    HttpParse parse;
    parse.state = HttpParse::State::refused;
    parse.status = status;
    parse.why = std::move(why);
    return parse;
}

}  // namespace

struct HttpServer::Shared {
    class Session;

    Shared(asio::any_io_executor runs_on, HttpServerOptions given, HttpHandler answers)
        : executor(runs_on),
          options(std::move(given)),
          handler(std::move(answers)),
          acceptor(listen_on(runs_on, options)),
          last_closed(runs_on)
    {}

    HttpAnswer answer(const std::string& path) const;

    asio::any_io_executor executor;
    HttpServerOptions options;
    HttpHandler handler;
    tcp::acceptor acceptor;
    std::set<Session*> sessions;
    asio::steady_timer last_closed;  ///< Cancelled when the last session ends.
};

HttpAnswer HttpServer::Shared::answer(const std::string& path) const
{
    try {
        return handler(path);
    } catch (const std::exception& error) {
        spdlog::error("answering an HTTP request failed: {}", error.what());
        HttpAnswer answer;
        answer.status = 500;
        answer.body = "internal error; the daemon's log tells more\n";
        return answer;
    }
}

/// One connection. It is on the list of its server from accept to close.
class HttpServer::Shared::Session {
public:
    Session(std::shared_ptr<Shared> shared, tcp::socket socket)
        : shared_(std::move(shared)), socket_(std::move(socket))
    {
        shared_->sessions.insert(this);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session()
    {
        shared_->sessions.erase(this);
        if (shared_->sessions.empty())
            shared_->last_closed.cancel();
    }

    /// Whatever the session waits for ends with an error.
    void close()
    {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    asio::awaitable<void> serve();

private:
    enum class Received { bytes, nothing_in_time, end };

    asio::awaitable<HttpParse> next_request(milliseconds patience);
    asio::awaitable<HttpParse> rest_of_request();
    asio::awaitable<Received> receive(Clock::duration patience);
    asio::awaitable<bool> send(std::string text);
    asio::awaitable<void> drain();

    std::shared_ptr<Shared> shared_;
    tcp::socket socket_;
    std::string pending_;
    std::array<char, 2048> buffer_{};
};

asio::awaitable<void> HttpServer::Shared::Session::serve()
{
    auto patience = shared_->options.header_timeout;
    for (int served = 1;; ++served) {
        const HttpParse parse = co_await next_request(patience);
        if (parse.state == HttpParse::State::more)
            co_return;
        const bool refused = parse.state == HttpParse::State::refused;
        const HttpAnswer answer = refused ? refusal(parse) : shared_->answer(parse.request.path);
        const bool client_error = answer.status >= 400 && answer.status < 500;
        const bool keep = !refused && !client_error && parse.request.keep_alive &&
                          served < shared_->options.requests_max;
        auto text = on_the_wire(answer, parse.request.head, keep);
        const bool sent = co_await send(std::move(text));
        if (!sent)
            co_return;
        if (!keep)
            break;
        patience = shared_->options.idle_timeout;
    }
    co_await drain();
}

/// A parse with state `more` says that the client left, or never began.
asio::awaitable<HttpParse> HttpServer::Shared::Session::next_request(milliseconds patience)
{
    if (pending_.empty()) {
        const Received received = co_await receive(patience);
        if (received != Received::bytes)
            co_return HttpParse();
    }
    co_return co_await rest_of_request();
}

asio::awaitable<HttpParse> HttpServer::Shared::Session::rest_of_request()
{
    const auto deadline = Clock::now() + shared_->options.header_timeout;
    for (int piece = 1; piece <= pieces_max; ++piece) {
        HttpParse parse = take_request(pending_, shared_->options.limits);
        if (parse.state != HttpParse::State::more)
            co_return parse;
        const Received received = co_await receive(deadline - Clock::now());
        if (received == Received::end)
            co_return parse;
        if (received == Received::nothing_in_time)
            co_return too_slow(408, "the header did not come in time");
    }
    co_return too_slow(400, "the header came in too many pieces");
}

asio::awaitable<HttpServer::Shared::Session::Received> HttpServer::Shared::Session::receive(
    Clock::duration patience)
{
    auto reading = net::read_some_of(socket_, asio::buffer(buffer_));
    const std::optional<net::Transfer> transfer =
        co_await net::with_deadline(std::move(reading), patience);
    if (!transfer)
        co_return Received::nothing_in_time;
    if (transfer->error)
        co_return Received::end;
    pending_.append(buffer_.data(), transfer->bytes);
    co_return Received::bytes;
}

asio::awaitable<bool> HttpServer::Shared::Session::send(std::string text)
{
    auto writing = net::write_to(socket_, asio::buffer(text));
    const std::optional<net::Transfer> transfer =
        co_await net::with_deadline(std::move(writing), shared_->options.answer_timeout);
    co_return transfer && !transfer->error;
}

asio::awaitable<void> HttpServer::Shared::Session::drain()
{
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    const auto deadline = Clock::now() + linger;
    for (int reads = 0; reads < linger_reads; ++reads) {
        const Received received = co_await receive(deadline - Clock::now());
        pending_.clear();
        if (received != Received::bytes)
            co_return;
    }
}

namespace {

template <class Session>
asio::awaitable<void> serve(std::shared_ptr<Session> session)
{
    co_await session->serve();
}

/// Ends with an error when it is cancelled.
template <class Shared>
asio::awaitable<boost::system::error_code> accept_one(std::shared_ptr<Shared> shared)
{
    using Session = typename Shared::Session;
    tcp::socket socket(shared->executor);
    const auto [error] =
        co_await shared->acceptor.async_accept(socket, asio::as_tuple(asio::use_awaitable));
    if (error || shared->sessions.size() >= shared->options.connections_max)
        co_return error;
    auto session = std::make_shared<Session>(shared, std::move(socket));
    // What ends a session early, want of memory above all, is not the server's trouble.
    const auto ended = [](const std::exception_ptr&) {};
    asio::co_spawn(shared->executor, serve(std::move(session)), ended);
    co_return error;
}

template <class Shared>
asio::awaitable<void> close_all(std::shared_ptr<Shared> shared)
{
    boost::system::error_code ignored;
    shared->acceptor.close(ignored);
    for (auto* session : shared->sessions)
        session->close();
    while (!shared->sessions.empty()) {
        shared->last_closed.expires_at(Clock::time_point::max());
        co_await shared->last_closed.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

template <class Shared>
asio::awaitable<void> serve_until_cancelled(std::shared_ptr<Shared> shared)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause(shared->executor);
    for (;;) {
        const boost::system::error_code error = co_await accept_one(shared);
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            break;
        if (!error)
            continue;
        // EMFILE does not go away by asking again at once, and the loop has other work.
        pause.expires_after(accept_pause);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await close_all(shared);
}

}  // namespace

HttpServer::HttpServer(
    asio::any_io_executor executor, HttpServerOptions options, HttpHandler handler)
    : shared_(std::make_shared<Shared>(std::move(executor), std::move(options), std::move(handler)))
{}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return shared_->acceptor.local_endpoint().port(); }

std::size_t HttpServer::connections() const { return shared_->sessions.size(); }

asio::awaitable<void> HttpServer::run()
{
    // In a coroutine of its own: only that one's cancellation is switched off while it cleans up.
    const auto executor = shared_->executor;
    auto serving = serve_until_cancelled(shared_);
    co_await asio::co_spawn(executor, std::move(serving), asio::use_awaitable);
}

}  // namespace understudy
