/// What the metrics tell about notifications: plain numbers, read by who exports them.
#pragma once

#include "core/time.hpp"
#include "daemon/delivery_policy.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace understudy {

/// Of one receiver. Counters start at zero with the process; the queue's length is durable.
struct ReceiverCounters {
    std::uint64_t sent = 0;
    std::array<std::uint64_t, delivery_failure_count> failed{};  ///< Attempts, by DeliveryFailure.
    std::uint64_t dropped = 0;    ///< Superseded deliveries that a queue over its bound let go.
    std::uint64_t abandoned = 0;  ///< Refused, and lost to it.
    std::uint64_t queue_length = 0;
    std::optional<core::WallTime> oldest_queued_at;  ///< Empty when nothing waits.
    bool shut_off = false;                           ///< It answered 410; until the next reload.

    ReceiverCounters() = default;
};

/// By receiver; complete as soon as a notifier exists, so that each series starts at zero.
using NotifierCounters = std::map<std::string, ReceiverCounters>;

struct HeartbeatCounters {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;
    std::uint64_t withheld = 0;  ///< Not sent, because the decision loop had not progressed.
    std::optional<core::WallTime> last_success_at;

    HeartbeatCounters() = default;
};

}  // namespace understudy
