#include "sandbox/kube/edge.hpp"

#include "net/deadline.hpp"
#include "sandbox/lines.hpp"
#include "sandbox/tasks.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto connect_max = 3s;
constexpr auto resolve_max = 3s;
constexpr auto answer_max = 3s;  ///< A stream whose answers take longer is given up.
constexpr int backoff_max = 10;

std::int64_t now_ms()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Edge::Edge(
    asio::any_io_executor executor,
    Lookup lookup,
    std::function<std::string()> token,
    WorkloadSettings settings,
    asio::ip::address source,
    std::shared_ptr<TlsTrust> trust)
    : executor_(std::move(executor)),
      lookup_(std::move(lookup)),
      token_(std::move(token)),
      settings_(std::move(settings)),
      source_(std::move(source)),
      trust_(std::move(trust))
{}

void Edge::follow(const std::string& pod)
{
    if (pod == pod_)
        return;
    pod_ = pod;
    if (const auto stream = stream_.lock())
        stream->reset();
    forget();
    if (!pod.empty())
        spawn(executor_, live(pod), shared_from_this());
}

/// Metrics live in the process: a new pod starts from nothing.
void Edge::forget()
{
    peer_.clear();
    problem_.clear();
    last_push_ms_ = pushes_ = connected_ = closed_ = refused_ = 0;
}

asio::awaitable<std::optional<asio::ip::address>> Edge::find_peer(std::string pod)
{
    while (pod == pod_) {
        const auto resolution = co_await lookup_(settings_.floating_name, resolve_max);
        if (!resolution.addresses.empty())
            co_return resolution.addresses.front();
        problem_ = resolution.error;
        co_await sleep_for(settings_.retry);
    }
    co_return std::nullopt;
}

asio::awaitable<void> Edge::live(std::string pod)
{
    const auto peer = co_await find_peer(pod);
    if (!peer || pod != pod_)
        co_return;
    peer_ = peer->to_string();
    for (int backoff = 1; pod == pod_; backoff = std::min(2 * backoff, backoff_max)) {
        const auto connections = connected_;
        try {
            co_await exchange_all(pod, *peer);
        } catch (const boost::system::system_error& error) {
            problem_ = error.code().message();
        }
        if (pod != pod_)
            co_return;
        if (connected_ > connections) {
            ++closed_;
            backoff = 1;
        }
        co_await sleep_for(backoff * settings_.retry);
    }
}

asio::awaitable<void> Edge::exchange_all(std::string pod, asio::ip::address address)
{
    TlsPeer peer;
    peer.source = source_;
    peer.endpoint = {address, settings_.port};
    peer.name = settings_.floating_name;
    peer.trust = trust_;
    const auto stream = co_await connect_stream(std::move(peer), connect_max);
    if (pod != pod_)
        co_return;
    stream_ = stream;
    const json::object who{{"cluster", settings_.cluster}, {"token", token_()}};
    const auto hello = fmt::format("{}\n", json::serialize(who));
    co_await stream->write(hello);
    std::string pending;
    for (bool is_first = true; pod == pod_; is_first = false) {
        auto once = exchange_once(*stream, pending);
        const auto answered = co_await net::with_deadline(std::move(once), answer_max);
        if (!answered)
            throw boost::system::system_error(asio::error::timed_out);
        if (is_first) {
            ++connected_;
            problem_.clear();
        }
        co_await sleep_for(settings_.exchange);
    }
}

asio::awaitable<bool> Edge::exchange_once(Stream& stream, std::string& pending)
{
    const auto push = fmt::format("{{\"push\":{}}}\n", ++pushes_);
    co_await stream.write(push);
    const auto line = co_await read_line(stream, pending);
    boost::system::error_code error;
    const auto answer = json::parse(line, error);
    if (!text_at(answer, "/refused").empty()) {
        ++refused_;
        throw boost::system::system_error(asio::error::access_denied);
    }
    if (error || integer_at(answer, "/ok", -1) != pushes_)
        throw boost::system::system_error(asio::error::invalid_argument);
    last_push_ms_ = now_ms();
    co_return true;
}

std::string Edge::metrics() const
{
    constexpr auto push = "xcp_edge_last_push_to_central_timestamp_ms";
    constexpr auto connect = "xcp_edge_stream_connect_count";
    auto text = fmt::format("# TYPE {0} gauge\n", push);
    if (last_push_ms_ != 0)
        text += fmt::format("{}{{peer=\"{}\"}} {}\n", push, peer_, last_push_ms_);
    text += fmt::format("# TYPE {} counter\n", connect);
    const std::array<std::pair<std::string_view, std::int64_t>, 3> streams{
        {{"ok", connected_}, {"close", closed_}, {"unauthenticated", refused_}}};
    for (const auto& [status, count] : streams)
        text +=
            fmt::format("{}{{peer=\"{}\",statusLabel=\"{}\"}} {}\n", connect, peer_, status, count);
    return text;
}

json::object Edge::state() const
{
    return {{"cluster", settings_.cluster},  {"pod", pod_},       {"peer", peer_},
            {"last_push_ms", last_push_ms_}, {"pushes", pushes_}, {"problem", problem_}};
}

}  // namespace understudy::sandbox
