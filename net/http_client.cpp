#include "net/http_client.hpp"

#include "net/boot_clock.hpp"
#include "net/budget.hpp"
#include "net/deadline.hpp"
#include "net/dial.hpp"
#include "net/errors.hpp"
#include "net/http_request.hpp"
#include "net/http_response.hpp"
#include "net/kept_connection.hpp"
#include "net/kill_points.hpp"
#include "net/phase_clock.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using core::Phase;
using core::Reason;
using State = HttpResponseParser::State;

/// What an exchange over an open connection knows while it goes on, so that a deadline in the
/// middle can say how far it came.
struct Progress {
    Progress(const HttpLimits& limits, bool to_head)
        : parser(limits, to_head), is_effect(limits.last_byte.has_value())
    {}

    /// A place in an effect's exchange at which a test may end the process. Readings have none.
    void passes(std::string_view place, const Secret& request) const
    {
        if (is_effect)
            kill_point(place, request.reveal());
    }

    HttpResponseParser parser;
    bool is_effect = false;
    bool request_sent = false;
    std::size_t received = 0;
    State state = State::more;
    boost::system::error_code
        broken;  ///< What ended the connection, if not the peer in good order.
};

asio::awaitable<void> receive(Connection& connection, Progress& progress, PhaseClock& clock)
{
    std::array<char, 16 * 1024> chunk{};
    while (progress.state == State::more) {
        const asio::mutable_buffer into = asio::buffer(chunk);
        const Transfer got = co_await connection.read_some(into);
        if (got.bytes > 0 && progress.received == 0)
            clock.enter(Phase::transfer);
        progress.received += got.bytes;
        if (got.bytes > 0)
            progress.state = progress.parser.feed({chunk.data(), got.bytes});
        if (progress.state == State::more && got.error) {
            progress.broken = got.error;
            co_return;
        }
    }
}

/// A peer may answer and close before it read the whole request, so a broken write does not end it.
asio::awaitable<bool> converse(
    Connection& connection, const Secret& request, Progress& progress, PhaseClock& clock)
{
    clock.enter(Phase::request);
    progress.passes("effect-before-send", request);
    progress.request_sent = true;
    const asio::const_buffer bytes = asio::buffer(request.reveal());
    const Transfer sent = co_await connection.write(bytes);
    progress.passes("effect-sent", request);
    clock.enter(Phase::first_byte);
    co_await receive(connection, progress, clock);
    progress.passes("effect-answered", request);
    if (sent.error && progress.received == 0)
        progress.broken = sent.error;
    co_return true;
}

void conclude_broken(HttpReply& reply, Progress& progress)
{
    const Reason reason = reason_of(progress.broken);
    const bool closed = progress.broken == asio::error::eof;
    if (reason == Reason::connect_reset || closed) {
        progress.parser.end(!closed);
        progress.parser.move_into(reply);
        if (!closed)
            reply.detail += " (" + text_of(progress.broken) + ")";
        return;
    }
    progress.parser.move_into(reply);
    reply.reason = reason;
    reply.detail = "waiting for the answer: " + text_of(progress.broken);
}

void conclude_timeout(HttpReply& reply, Progress& progress)
{
    progress.parser.move_into(reply);
    reply.reason = Reason::timeout;
    reply.detail = progress.received == 0 ? "connected, but no byte of an answer came in time"
                                          : "the answer did not end in time, after " +
                                                std::to_string(progress.received) + " bytes";
}

core::Duration time_for(const HttpLimits& limits)
{
    return limits.last_byte ? std::min(limits.timeout, until(*limits.last_byte)) : limits.timeout;
}

/// A machine that slept since the budget was made has a budget left, but no time.
bool is_too_late(const HttpLimits& limits)
{
    return limits.last_byte && until(*limits.last_byte) == core::Duration::zero();
}

HttpReply too_late()
{
    HttpReply reply;
    reply.reason = Reason::timeout;
    reply.detail = "the effect's deadline passed before a byte of the request was sent";
    return reply;
}

HttpReply not_connected(Dialed dialed)
{
    HttpReply reply;
    reply.reason = dialed.reason;
    reply.detail = std::move(dialed.detail);
    reply.certificate = std::move(dialed.certificate);
    return reply;
}

Peer peer_of(const HttpTarget& target, const HttpLimits& limits)
{
    Peer peer;
    peer.host = target.host;
    peer.port = target.port;
    peer.tls = target.tls;
    peer.unix_socket = target.unix_socket;
    peer.last_byte = limits.last_byte;
    return peer;
}

/// An effect comes over a connection that is bound to its deadline, and that ends with it.
HttpTarget within(const HttpLimits& limits, HttpTarget target)
{
    if (limits.last_byte)
        target.kept.reset();
    return target;
}

/// One request on its way to its answer, over one connection or, when that one was stale, two.
class Exchange {
public:
    Exchange(Resolver& resolver, HttpTarget target, const HttpRequest& request, HttpLimits limits)
        : resolver_(resolver),
          target_(within(limits, std::move(target))),
          limits_(limits),
          to_head_(request.method == "HEAD"),
          budget_(time_for(limits_)),
          wire_(wire_form(target_, request))
    {}

    asio::awaitable<HttpReply> run()
    {
        HttpReply reply;
        if (!co_await try_kept(reply))
            reply = co_await over_new_connection();
        reply.phases = clock_.phases();
        co_return reply;
    }

private:
    /// False: there was no idle connection, or its peer had let go of it.
    asio::awaitable<bool> try_kept(HttpReply& reply)
    {
        if (!target_.kept)
            co_return false;
        OpenConnection open = target_.kept->take(target_.tls, boot_now());
        if (!open.dialed.connection)
            co_return false;
        bool unheard = false;
        reply = co_await converse_over(open, unheard);
        // RFC 9110, 15.5.9: so a server says that it was about to close.
        constexpr unsigned request_timeout = 408;
        co_return !unheard && reply.status != request_timeout;
    }

    asio::awaitable<HttpReply> over_new_connection()
    {
        OpenConnection open;
        open.opened = boot_now();
        Peer peer = peer_of(target_, limits_);
        open.dialed = co_await dial(resolver_, std::move(peer), budget_, clock_);
        if (!open.dialed.connection)
            co_return not_connected(std::move(open.dialed));
        if (is_too_late(limits_))
            co_return too_late();
        bool unheard = false;
        HttpReply reply = co_await converse_over(open, unheard);
        co_return reply;
    }

    /// `unheard`: the connection broke before a byte of an answer came.
    asio::awaitable<HttpReply> converse_over(OpenConnection& open, bool& unheard)
    {
        Progress progress(limits_, to_head_);
        auto conversation = converse(*open.dialed.connection, wire_, progress, clock_);
        const std::optional<bool> ended =
            co_await with_deadline(std::move(conversation), budget_.remaining());
        HttpReply reply;
        reply.request_sent = progress.request_sent;
        unheard = ended && progress.state == State::more && progress.received == 0;
        if (!ended)
            conclude_timeout(reply, progress);
        else if (progress.state == State::more)
            conclude_broken(reply, progress);
        else
            progress.parser.move_into(reply);
        reply.detail = open.dialed.detail + (reply.detail.empty() ? "" : ": " + reply.detail);
        reply.certificate = open.dialed.certificate;
        if (target_.kept && ended && progress.parser.connection_persists())
            target_.kept->keep(std::move(open), target_.tls);
        co_return reply;
    }

    Resolver& resolver_;
    HttpTarget target_;
    HttpLimits limits_;
    bool to_head_;
    Budget budget_;
    PhaseClock clock_{Phase::resolve};
    Secret wire_;
};

}  // namespace

std::string_view HttpReply::header(std::string_view name) const noexcept
{
    const auto found =
        std::ranges::find_if(headers, [&](const auto& header) { return header.first == name; });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

asio::awaitable<HttpReply> HttpClient::exchange(
    HttpTarget target, HttpRequest request, HttpLimits limits)
{
    std::optional<Exchange> exchange;
    HttpReply reply;
    try {
        exchange.emplace(resolver_, std::move(target), request, limits);
    } catch (const std::invalid_argument& broken_setting) {
        reply.detail = std::string("request not sent: ") + broken_setting.what();
    }
    if (exchange)
        reply = co_await exchange->run();
    co_return reply;
}

}  // namespace understudy::net
