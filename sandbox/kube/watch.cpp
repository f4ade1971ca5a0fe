#include "sandbox/kube/watch.hpp"

#include "sandbox/kube/api_error.hpp"
#include "sandbox/tasks.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace understudy::sandbox {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

std::string event(std::string_view type, const json::value& object)
{
    return fmt::format(R"({{"type":"{}","object":{}}})", type, json::serialize(object)) + "\n";
}

std::string event_for(const WatchRequest& request, std::string_view type, json::value object)
{
    set_at(object, "/apiVersion", json::value(request.api_version));
    return event(type, object);
}

bool in_scope(const WatchRequest& request, const Change& change)
{
    return change.resource == request.resource &&
           (request.name_space.empty() || change.name_space == request.name_space);
}

/// What is there now, as the events that a watch without a starting point begins with.
std::string present_state(const WatchRequest& request, const ObjectStore& store)
{
    std::string events;
    for (const auto* object : store.list(request.resource, request.name_space)) {
        if (request.selector.matches(*object))
            events += event_for(request, "ADDED", *object);
    }
    return events;
}

std::string too_old(std::uint64_t since)
{
    const ApiError gone(410, "Expired", fmt::format("too old resource version: {}", since));
    return event("ERROR", status_of(gone));
}

}  // namespace

std::string watch_event(const WatchRequest& request, const Change& change)
{
    if (!in_scope(request, change))
        return {};
    const bool before = !change.before.is_null() && request.selector.matches(change.before);
    const bool after = !change.after.is_null() && request.selector.matches(change.after);
    if (after)
        return event_for(request, before ? "MODIFIED" : "ADDED", change.after);
    if (before)
        return event_for(request, "DELETED", change.after.is_null() ? change.before : change.after);
    return {};
}

Watches::Watches(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}

void Watches::wake()
{
    alarms_.remove_if([](const auto& alarm) { return alarm.expired(); });
    for (const auto& weak : alarms_) {
        if (const auto alarm = weak.lock())
            alarm->ring();
    }
}

Response Watches::start(WatchRequest request)
{
    Response response;
    response.stream = [self = shared_from_this(), request = std::move(request)](Chunks& chunks) {
        return self->run(request, chunks);
    };
    return response;
}

asio::awaitable<void> Watches::run(WatchRequest request, Chunks& chunks)
{
    const auto self = shared_from_this();
    const auto executor = co_await asio::this_coro::executor;
    const auto alarm = std::make_shared<Alarm>(executor);
    alarms_.push_back(alarm);
    const auto end = Clock::now() + request.time_max;

    auto seen = request.since.value_or(store_->revision());
    std::string events = request.since ? std::string() : present_state(request, *store_);
    while (Clock::now() < end) {
        const auto changes = store_->changes_since(seen);
        if (changes) {
            for (const auto* change : *changes)
                events += watch_event(request, *change);
            seen = store_->revision();
        } else {
            events = too_old(seen);
        }
        if (!events.empty()) {
            auto sent = std::exchange(events, {});
            co_await chunks.send(std::move(sent));
        }
        if (!changes)
            co_return;
        if (store_->revision() == seen)
            co_await alarm->wait_until(end);
    }
}

}  // namespace understudy::sandbox
