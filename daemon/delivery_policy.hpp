/// What an answer means for a delivery, and when it is tried again: decisions only.
#pragma once

#include "core/time.hpp"
#include "net/http_client.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy {

/// Why an attempt failed; the bounded label value of metrics.
enum class DeliveryFailure : std::uint8_t {
    network,       ///< No answer: not reached, cut, not resolved, TLS.
    timeout,       ///< Not within the receiver's timeout.
    server_error,  ///< 5xx.
    client_error,  ///< 4xx: something on the way to the receiver, or a token, and not the event.
    rate_limited,  ///< 429.
    redirected,    ///< 3xx: the URL is not the receiver's. Never followed: the target was not
                   ///< configured.
    rejected,      ///< 400, 413, 415, 422: this event is not wanted as it is.
    gone,          ///< 410: the receiver wants nothing any more.
};
inline constexpr std::size_t delivery_failure_count =
    static_cast<std::size_t>(DeliveryFailure::gone) + 1;
std::string_view name_of(DeliveryFailure failure) noexcept;

enum class Fate : std::uint8_t {
    delivered,
    retry,     ///< Keep it; try again later.
    abandon,   ///< Trying the same again cannot help.
    shut_off,  ///< Keep it, and send nothing more until the configuration is loaded again.
};

/// What became of one attempt.
struct Judgement {
    Fate fate = Fate::retry;
    DeliveryFailure failure = DeliveryFailure::network;  ///< Unless delivered.
    std::optional<core::Duration> retry_after;           ///< The receiver's own wish, bounded.
    std::string detail;                                  ///< For people; no secrets.

    Judgement() = default;
};

/// A receiver that asks for more patience than this, or refused, is asked again all the same.
inline constexpr core::Duration retry_after_max = std::chrono::hours(1);

Judgement judge(const net::HttpReply& reply, core::WallTime now);

/// Seconds or an HTTP date (RFC 9110 10.2.3); empty when it is neither.
std::optional<core::Duration> retry_after_of(std::string_view header, core::WallTime now);

/// The pause after that many attempts (at least one): 5 s, growing to 5 min, because somebody is to
/// be woken and an hour between tries would be felt. `dice` in [0, 1] spreads it by a fifth either
/// way.
core::Duration pause_after(int attempts, double dice) noexcept;

/// The pause after a refusal of an alert that still fires: that of its repeats, but not half a
/// night.
core::Duration pause_after_refusal(core::Duration repeat_interval) noexcept;

}  // namespace understudy
