#include "daemon/recorder.hpp"

#include "daemon/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

core::Severity severity_named(const std::string& name)
{
    for (const auto severity :
         {core::Severity::info, core::Severity::warning, core::Severity::critical}) {
        if (core::name_of(severity) == name)
            return severity;
    }
    return core::Severity::warning;
}

std::string value_or_empty(const store::Labels& labels, const std::string& name)
{
    const auto found = labels.find(name);
    return found == labels.end() ? std::string{} : found->second;
}

}  // namespace

store::AlertEvent event_of(const core::AlertChange& change, const std::string& observer)
{
    store::AlertEvent event;
    event.name = change.alert.name;
    event.labels = {
        {"observer", observer},
        {"severity", std::string(core::name_of(change.alert.severity))},
        {"subject", change.alert.subject}};
    event.annotations = {
        {"summary", change.alert.summary}, {"description", change.alert.description}};
    event.firing = change.firing;
    event.starts_at = change.starts_at;
    event.ends_at = change.ends_at;
    return event;
}

core::Alert alert_of(const store::AlertEvent& event)
{
    core::Alert alert;
    alert.name = event.name;
    alert.subject = value_or_empty(event.labels, "subject");
    alert.severity = severity_named(value_or_empty(event.labels, "severity"));
    alert.summary = value_or_empty(event.annotations, "summary");
    alert.description = value_or_empty(event.annotations, "description");
    return alert;
}

Recorder::Recorder(
    asio::any_io_executor executor,
    store::Worker& worker,
    store::Memory& memory,
    Notifier& notifier,
    std::string observer,
    std::function<void(const std::string&)> store_failed)
    : worker_(worker),
      memory_(memory),
      notifier_(notifier),
      observer_(std::move(observer)),
      store_failed_(std::move(store_failed)),
      news_(std::move(executor), asio::steady_timer::time_point::max())
{}

void Recorder::remember(std::vector<core::MemoryEntry> entries) { accept(std::move(entries)); }

void Recorder::tell(const core::AlertChange& change) { accept(event_of(change, observer_)); }

void Recorder::accept(Work work)
{
    pending_.push_back(std::move(work));
    backlog_.accepted(read_clocks().instant);
    news_.cancel();
}

asio::awaitable<void> Recorder::run()
{
    bool cancelled = false;
    while (!cancelled) {
        if (pending_.empty())
            co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        cancelled = state.cancelled() != asio::cancellation_type::none;
        if (cancelled)
            co_await asio::this_coro::reset_cancellation_state();
        co_await record_pending();
    }
}

asio::awaitable<void> Recorder::record_pending()
{
    while (!pending_.empty()) {
        auto work = std::move(pending_.front());
        pending_.pop_front();
        co_await record(std::move(work));
        backlog_.ended(read_clocks().instant);
    }
}

asio::awaitable<void> Recorder::record(Work work)
{
    try {
        if (auto* entries = std::get_if<std::vector<core::MemoryEntry>>(&work)) {
            co_await memory_.put(std::move(*entries));
        } else {
            auto event = std::get<store::AlertEvent>(std::move(work));
            co_await notifier_.submit(std::move(event));
        }
    } catch (const store::StoreError&) {
        // The worker keeps the reason; it is reported below, once.
    }
    note_failure();
}

void Recorder::note_failure()
{
    const auto failure = worker_.failure();
    if (failure && !std::exchange(failure_reported_, true))
        store_failed_(*failure);
}

}  // namespace understudy
