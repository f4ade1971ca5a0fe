/// An outbox in memory, with two receivers and a clock that the test moves.
#pragma once

#include "store/outbox.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace understudy::support {

inline constexpr core::WallTime start{std::chrono::milliseconds(1'700'000'000'000)};

inline store::AlertEvent event(const std::string& plane, bool firing)
{
    store::AlertEvent alert;
    alert.name = "PlaneFailed";
    alert.labels = {{"plane", plane}, {"severity", "critical"}};
    alert.annotations = {{"summary", "plane " + plane}};
    alert.firing = firing;
    alert.starts_at = start;
    if (!firing)
        alert.ends_at = start + std::chrono::minutes(1);
    return alert;
}

class OutboxTest : public testing::Test {
protected:
    store::Submitted raise(const std::string& plane) { return put(event(plane, true)); }
    store::Submitted resolve(const std::string& plane) { return put(event(plane, false)); }
    store::Submitted put(store::AlertEvent alert)
    {
        submission.event = std::move(alert);
        submission.id = "msg_" + std::to_string(++ids_);
        submission.now = now;
        return store::submit(database, submission);
    }
    store::Offer offer(const std::string& receiver = "pager")
    {
        return store::next_delivery(database, receiver, policy, now);
    }
    /// Takes and settles all that is due: "id" for each, in order.
    std::vector<std::string> drain(const std::string& receiver = "pager")
    {
        std::vector<std::string> ids;
        for (auto next = offer(receiver); next.delivery; next = offer(receiver)) {
            ids.push_back(next.delivery->id);
            store::settle(database, *next.delivery, now);
        }
        return ids;
    }

    static store::RepeatPolicy every(core::Duration interval, core::Duration resolved_for = {})
    {
        store::RepeatPolicy wanted;
        wanted.interval = interval;
        wanted.resolved_for = resolved_for;
        return wanted;
    }
    static store::Submission to(std::vector<std::string> receivers)
    {
        store::Submission wanted;
        wanted.receivers = std::move(receivers);
        wanted.deliveries_max = 100;
        return wanted;
    }

    store::Database database = store::Database::in_memory();
    store::Submission submission = to({"pager", "chat"});
    store::RepeatPolicy policy = every(std::chrono::hours(4));
    core::WallTime now = start;

private:
    int ids_ = 0;
};

}  // namespace understudy::support
