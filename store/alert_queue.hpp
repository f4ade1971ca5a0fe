/// The durable outbox of alerts, for the event loop.
#pragma once

#include "store/outbox.hpp"
#include "store/refusals.hpp"
#include "store/worker.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace understudy::store {

struct AlertQueueOptions {
    /// For each receiver. When more wait, the oldest superseded go; an alert's last word never
    /// does.
    std::size_t deliveries_max = 10'000;

    AlertQueueOptions() = default;
};

/// Each receiver has a queue of its own, so one that is dead delays no other. See
/// `store/outbox.hpp` and `store/refusals.hpp` for what each verb does. On a failed store alerts go
/// on from memory, because the failure itself is worth telling; then they do not outlive the
/// process.
class AlertQueue {
public:
    AlertQueue(Worker& worker, AlertQueueOptions options) : worker_(worker), options_(options) {}

    /// Durable when it returns, as far as the store is intact.
    boost::asio::awaitable<Submitted> submit(
        AlertEvent event,
        std::vector<std::string> receivers,
        std::string not_to,
        core::WallTime now);
    boost::asio::awaitable<Offer> next(
        std::string receiver, RepeatPolicy policy, core::WallTime now);
    boost::asio::awaitable<void> settle(Delivery delivery, core::WallTime now);
    boost::asio::awaitable<bool> abandon(Delivery delivery, Refusal refusal);
    boost::asio::awaitable<void> hurry_refused(std::string receiver, core::WallTime now);
    boost::asio::awaitable<void> postpone(
        Delivery delivery, core::WallTime next_attempt_at, std::string error);

    boost::asio::awaitable<QueueState> state(std::string receiver);
    /// What was firing when the last process ended, too: whoever raises alerts resolves, after a
    /// start, those that no longer hold.
    boost::asio::awaitable<std::vector<AlertEvent>> firing();
    boost::asio::awaitable<std::uint64_t> retain(std::vector<std::string> receivers);

private:
    Worker& worker_;
    AlertQueueOptions options_;
};

}  // namespace understudy::store
