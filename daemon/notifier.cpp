#include "daemon/notifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace understudy {

namespace asio = boost::asio;

namespace {

store::AlertEvent trouble_with(
    const std::string& receiver, bool failing, const std::string& detail, core::WallTime now)
{
    store::AlertEvent event;
    event.name = receiver_failing_alert;
    event.labels = {{"receiver", receiver}, {"severity", "warning"}};
    event.annotations["summary"] = fmt::format("Alerts do not get through to {}", receiver);
    event.annotations["description"] = fmt::format(
        "Receiver {}: {}. Check its URL, its secret and whether it is up.", receiver, detail);
    event.firing = failing;
    event.starts_at = now;
    if (!failing)
        event.ends_at = now;
    return event;
}

}  // namespace

Notifier::Notifier(
    asio::any_io_executor executor,
    store::AlertQueue& queue,
    net::HttpClient& http,
    NotifierOptions options,
    WallClock now,
    NotifierCounters& counters)
    : executor_(std::move(executor)),
      queue_(queue),
      http_(http),
      now_(std::move(now)),
      counters_(counters),
      stop_signal_(executor_),
      receivers_(make_receivers(options))
{}

Notifier::~Notifier() = default;

Notifier::Receivers Notifier::make_receivers(const NotifierOptions& options)
{
    const ReceiverSurroundings surroundings{
        executor_,
        queue_,
        http_,
        now_,
        options.external_url,
        [this](std::string name, bool failing, std::string detail) {
            return enter(std::move(name), failing, std::move(detail));
        }};
    Receivers receivers;
    for (const auto& receiver : options.receivers)
        receivers.push_back(
            std::make_unique<Receiver>(receiver, surroundings, counters_[receiver.name]));
    return receivers;
}

/// Of the newest configuration, which a reload may not have put into effect yet.
std::vector<std::string> Notifier::names() const
{
    const auto& receivers = next_receivers_ ? *next_receivers_ : receivers_;
    std::vector<std::string> names;
    std::ranges::transform(receivers, std::back_inserter(names), [](const auto& receiver) {
        return receiver->name();
    });
    return names;
}

asio::awaitable<void> Notifier::submit(store::AlertEvent event)
{
    return submit_to(std::move(event), {});
}

asio::awaitable<void> Notifier::submit_to(store::AlertEvent event, std::string not_to)
{
    auto receivers = names();
    const auto submitted =
        co_await queue_.submit(std::move(event), std::move(receivers), std::move(not_to), now_());
    for (const auto& [receiver, dropped] : submitted.dropped)
        counters_[receiver].dropped += dropped;
    if (submitted.changed)
        wake_receivers();
}

asio::awaitable<void> Notifier::enter(std::string name, bool failing, std::string detail)
{
    auto event = trouble_with(name, failing, detail, now_());
    co_await submit_to(std::move(event), std::move(name));
}

asio::awaitable<std::vector<store::AlertEvent>> Notifier::firing()
{
    auto alerts = co_await queue_.firing();
    std::erase_if(alerts, [](const auto& alert) { return alert.name == receiver_failing_alert; });
    co_return alerts;
}

asio::awaitable<void> Notifier::run()
{
    // Cancellation only asks to stop; see Receiver::run.
    const auto stop_instead = [this](asio::cancellation_type) {
        stopping_ = true;
        stop_receivers();
        return asio::cancellation_type::none;
    };
    co_await asio::this_coro::reset_cancellation_state(stop_instead);
    while (!stopping_) {
        if (next_receivers_) {
            receivers_ = std::move(*next_receivers_);
            next_receivers_.reset();
        }
        co_await forget_others();
        co_await run_receivers();
    }
}

void Notifier::reload(NotifierOptions options)
{
    next_receivers_ = make_receivers(options);
    stop_receivers();
}

void Notifier::stop_receivers()
{
    for (const auto& receiver : receivers_)
        receiver->stop();
    stop_signal_.cancel();
}

void Notifier::wake_receivers()
{
    for (const auto& receiver : receivers_)
        receiver->wake();
}

/// What was owed to receivers that the configuration no longer names can never be sent.
asio::awaitable<void> Notifier::forget_others()
{
    auto retained = names();
    co_await queue_.retain(std::move(retained));
    std::erase_if(counters_, [this](const auto& entry) { return !is_counted(entry.first); });
}

bool Notifier::is_counted(const std::string& name) const
{
    const auto in = [&](const Receivers& receivers) {
        return std::ranges::any_of(
            receivers, [&](const auto& receiver) { return receiver->name() == name; });
    };
    return in(receivers_) || (next_receivers_ && in(*next_receivers_));
}

/// Until stop or reload. The first receiver that fails (a bug, or no memory left to queue in) stops
/// the others and is rethrown.
asio::awaitable<void> Notifier::run_receivers()
{
    const auto start = [this](asio::awaitable<void> task) {
        return asio::co_spawn(executor_, std::move(task), asio::deferred);
    };
    std::vector<decltype(start(wait_for_stop()))> tasks;
    tasks.push_back(start(wait_for_stop()));
    for (const auto& receiver : receivers_)
        tasks.push_back(start(receiver->run()));

    auto group = asio::experimental::make_parallel_group(std::move(tasks));
    const asio::experimental::wait_for_one_error condition;
    const auto [order, errors] = co_await group.async_wait(condition, asio::use_awaitable);
    for (const auto index : order) {
        if (errors[index])
            std::rethrow_exception(errors[index]);
    }
}

/// Keeps `run_receivers` waiting when there is no receiver.
asio::awaitable<void> Notifier::wait_for_stop()
{
    if (stopping_ || next_receivers_)
        co_return;
    stop_signal_.expires_at(asio::steady_timer::time_point::max());
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await stop_signal_.async_wait(token);
}

}  // namespace understudy
