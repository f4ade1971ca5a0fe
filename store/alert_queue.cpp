#include "store/alert_queue.hpp"

#include "store/message_id.hpp"

namespace understudy::store {

namespace asio = boost::asio;

// Plain functions, not coroutines: each closure is moved into the worker's frame at once.

asio::awaitable<Submitted> AlertQueue::submit(
    AlertEvent event, std::vector<std::string> receivers, std::string not_to, core::WallTime now)
{
    Submission submission;
    submission.event = std::move(event);
    submission.receivers = std::move(receivers);
    submission.not_to = std::move(not_to);
    // Made here and not by the work, which may run twice: on disk, then in memory.
    submission.id = new_message_id();
    submission.now = now;
    submission.deliveries_max = options_.deliveries_max;
    return worker_.call_best_effort([submission = std::move(submission)](Database& database) {
        return store::submit(database, submission);
    });
}

asio::awaitable<Offer> AlertQueue::next(
    std::string receiver, RepeatPolicy policy, core::WallTime now)
{
    return worker_.call_best_effort(
        [receiver = std::move(receiver), policy, now](Database& database) {
            return next_delivery(database, receiver, policy, now);
        });
}

asio::awaitable<void> AlertQueue::settle(Delivery delivery, core::WallTime now)
{
    return worker_.call_best_effort([delivery = std::move(delivery), now](Database& database) {
        store::settle(database, delivery, now);
    });
}

asio::awaitable<bool> AlertQueue::abandon(Delivery delivery, Refusal refusal)
{
    return worker_.call_best_effort(
        [delivery = std::move(delivery), refusal = std::move(refusal)](Database& database) {
            return store::abandon(database, delivery, refusal);
        });
}

asio::awaitable<void> AlertQueue::hurry_refused(std::string receiver, core::WallTime now)
{
    return worker_.call_best_effort([receiver = std::move(receiver), now](Database& database) {
        store::hurry_refused(database, receiver, now);
    });
}

asio::awaitable<void> AlertQueue::postpone(
    Delivery delivery, core::WallTime next_attempt_at, std::string error)
{
    return worker_.call_best_effort([delivery = std::move(delivery), next_attempt_at,
                                     error = std::move(error)](Database& database) {
        store::postpone(database, delivery, next_attempt_at, error);
    });
}

asio::awaitable<QueueState> AlertQueue::state(std::string receiver)
{
    return worker_.call_best_effort([receiver = std::move(receiver)](Database& database) {
        return queue_state(database, receiver);
    });
}

asio::awaitable<std::vector<AlertEvent>> AlertQueue::firing()
{
    return worker_.call_best_effort([](Database& database) { return firing_alerts(database); });
}

asio::awaitable<std::uint64_t> AlertQueue::retain(std::vector<std::string> receivers)
{
    return worker_.call_best_effort([receivers = std::move(receivers)](Database& database) {
        return retain_receivers(database, receivers);
    });
}

}  // namespace understudy::store
