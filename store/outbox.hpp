/// The state of alerts and what is owed to receivers, as tables. Synchronous: runs on the worker.
#pragma once

#include "core/time.hpp"
#include "store/alert.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::store {

/// One event on its way to one receiver.
struct Delivery {
    std::int64_t sequence = 0;  ///< The order of the queue.
    std::string receiver;
    std::string
        id;  ///< The webhook-id: made once, stored before the first attempt, kept for each retry.
    std::string fingerprint;
    AlertEvent event;
    int attempts = 0;  ///< So far.

    Delivery() = default;
};

/// An event to be queued for these receivers.
struct Submission {
    AlertEvent event;
    std::vector<std::string> receivers;
    /// A receiver that is not told, now or by repeats: the one that the alert is about.
    std::string not_to;
    std::string id;
    core::WallTime now;
    std::size_t deliveries_max = 0;  ///< For each receiver.

    Submission() = default;
};

/// What a submission did.
struct Submitted {
    bool changed =
        false;  ///< False: the alert already was what the event says; nothing was queued.
    std::map<std::string, std::uint64_t> dropped;  ///< By receiver: superseded and over the bound.

    Submitted() = default;
};

/// When a receiver is told again of what it has been told.
struct RepeatPolicy {
    core::Duration interval{};      ///< Of firing alerts.
    core::Duration resolved_for{};  ///< Resolved ones are repeated for so long as well.

    RepeatPolicy() = default;
};

/// What a receiver's queue offers.
struct Offer {
    std::optional<Delivery> delivery;       ///< Due now.
    std::optional<core::WallTime> wake_at;  ///< Else: when to ask again; empty: when there is news.

    Offer() = default;
};

struct QueueState {
    std::uint64_t length = 0;
    std::optional<core::WallTime> oldest_queued_at;

    QueueState() = default;
};

/// Records the alert's new state and queues the event, in one transaction. Undelivered repeats of
/// what a receiver has heard are replaced; a raise or a resolve is dropped only when its queue is
/// over the bound and a newer event of the same alert waits behind it. Who has not heard of an
/// alert, and is not about to, is not told its end.
Submitted submit(Database& database, const Submission& submission);

/// Queues the repeats that are due and gives the oldest delivery that may be tried now. Deliveries
/// of one alert keep their order; an alert that a receiver stumbles over does not hold up the
/// others.
Offer next_delivery(
    Database& database,
    const std::string& receiver,
    const RepeatPolicy& policy,
    core::WallTime now);

/// Removes the delivery and notes when the receiver took it.
void settle(Database& database, const Delivery& delivery, core::WallTime now);
void postpone(
    Database& database,
    const Delivery& delivery,
    core::WallTime next_attempt_at,
    const std::string& error);

QueueState queue_state(Database& database, const std::string& receiver);
std::vector<AlertEvent> firing_alerts(Database& database);
/// Removes what is owed to receivers that are not among these; says how many deliveries that were.
std::uint64_t retain_receivers(Database& database, const std::vector<std::string>& receivers);

}  // namespace understudy::store
