/// One receiver and its loop: take the head of its queue, send, judge, record.
#pragma once

#include "core/alerts.hpp"
#include "core/time.hpp"
#include "daemon/delivery_counters.hpp"
#include "daemon/delivery_policy.hpp"
#include "daemon/endpoint.hpp"
#include "daemon/webhook_signature.hpp"
#include "net/http_client.hpp"
#include "net/secret.hpp"
#include "store/alert_queue.hpp"
#include "store/receiver_options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>

namespace understudy {

using WallClock = std::function<core::WallTime()>;
using LogPort = std::function<void(core::Severity, const std::string&)>;

/// What all receivers share; the references must outlive them.
struct ReceiverSurroundings {
    boost::asio::any_io_executor executor;
    store::AlertQueue& queue;
    net::HttpClient& http;
    WallClock now;
    LogPort log;
    std::string external_url;  ///< For people, in webhook bodies.
    /// Tells the others that this receiver is in trouble, or no longer.
    std::function<boost::asio::awaitable<void>(
        std::string receiver, bool failing, std::string detail)>
        report;
};

/// At most one attempt is under way at a time, so without a crash an event is sent once. After a
/// crash between the receiver's answer and the record of it, the repeat carries the same id.
class Receiver {
public:
    /// Reads the secrets; throws std::runtime_error that names the receiver or the file.
    Receiver(
        store::ReceiverOptions options,
        ReceiverSurroundings surroundings,
        ReceiverCounters& counters);

    const std::string& name() const noexcept { return options_.name; }

    /// Until stop(). Not to be cancelled: an attempt under way is finished and recorded, which
    /// takes at most the receiver's timeout, because one that was cut short would be sent again
    /// after the start.
    boost::asio::awaitable<void> run();
    void stop();
    /// There may be something to send.
    void wake();

private:
    enum class Trouble : std::uint8_t {
        unknown,  ///< A process before this one may have reported some.
        no,
        yes,
    };

    boost::asio::awaitable<void> turn();
    boost::asio::awaitable<void> attempt(store::Delivery delivery);
    boost::asio::awaitable<void> conclude(store::Delivery delivery, Judgement judgement);
    boost::asio::awaitable<void> put_off(store::Delivery delivery, Judgement judgement);
    boost::asio::awaitable<void> give_up(store::Delivery delivery, Judgement judgement);
    boost::asio::awaitable<void> complain(std::string detail);
    boost::asio::awaitable<void> report(bool failing, std::string detail);
    boost::asio::awaitable<void> count_queue();
    boost::asio::awaitable<void> sleep_until(std::optional<core::WallTime> wake_at);
    net::HttpRequest render(const store::Delivery& delivery) const;

    store::ReceiverOptions options_;
    ReceiverSurroundings surroundings_;
    ReceiverCounters& counters_;
    Endpoint endpoint_;
    WebhookSigner signer_;
    net::Secret bearer_token_;
    store::RepeatPolicy repeats_;
    boost::asio::steady_timer timer_;
    std::mt19937 dice_{std::random_device{}()};
    std::optional<core::WallTime> paused_until_;  ///< By Retry-After: holds for all it is sent.
    Trouble trouble_ = Trouble::unknown;
    bool woken_ = false;
    bool stopping_ = false;
};

}  // namespace understudy
