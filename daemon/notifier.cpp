#include "daemon/notifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

std::vector<std::string> names_in(const NotifierOptions& options)
{
    std::vector<std::string> names;
    std::ranges::transform(
        options.receivers, std::back_inserter(names), &store::ReceiverOptions::name);
    return names;
}

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
    LogPort log,
    NotifierCounters& counters)
    : executor_(std::move(executor)),
      queue_(queue),
      http_(http),
      now_(std::move(now)),
      log_(std::move(log)),
      counters_(counters),
      change_signal_(executor_),
      seats_(make_seats(options)),
      names_(names_in(options))
{}

Notifier::~Notifier() = default;

Notifier::Seats Notifier::make_seats(const NotifierOptions& options)
{
    const ReceiverSurroundings surroundings{
        executor_,
        queue_,
        http_,
        now_,
        log_,
        options.external_url,
        [this](std::string name, bool failing, std::string detail) {
            return enter(std::move(name), failing, std::move(detail));
        }};
    Seats seats;
    for (const auto& receiver : options.receivers) {
        seats.push_back(std::make_unique<Seat>());
        seats.back()->receiver =
            std::make_unique<Receiver>(receiver, surroundings, counters_[receiver.name]);
    }
    return seats;
}

asio::awaitable<void> Notifier::submit(store::AlertEvent event)
{
    return submit_to(std::move(event), {});
}

asio::awaitable<void> Notifier::submit_to(store::AlertEvent event, std::string not_to)
{
    auto receivers = names_;
    const auto submitted =
        co_await queue_.submit(std::move(event), std::move(receivers), std::move(not_to), now_());
    for (const auto& [receiver, dropped] : submitted.dropped)
        counters_[receiver].dropped += dropped;
    if (submitted.changed)
        wake();
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
    // Cancellation only asks to stop: an attempt that was cut short would be sent again.
    const auto stop_instead = [this](asio::cancellation_type) {
        stop();
        return asio::cancellation_type::none;
    };
    co_await asio::this_coro::reset_cancellation_state(stop_instead);
    for (;;) {
        changed_ = false;
        std::erase_if(leaving_, [](const auto& seat) { return seat->ended || !seat->started; });
        forget_counters();
        if (forget_)
            co_await forget_others();
        start_ready();
        if (stopping_ && all_ended())
            break;
        co_await change();
    }
    if (failure_)
        std::rethrow_exception(failure_);
}

Notifier::Successors Notifier::prepare(const NotifierOptions& options)
{
    Successors successors;
    successors.seats_ = make_seats(options);
    successors.names_ = names_in(options);
    return successors;
}

void Notifier::reload(Successors successors)
{
    dismiss(std::exchange(seats_, std::move(successors.seats_)));
    names_ = std::move(successors.names_);
    forget_ = true;
    signal_change();
}

void Notifier::dismiss(Seats seats)
{
    for (auto& seat : seats) {
        seat->receiver->stop();
        leaving_.push_back(std::move(seat));
    }
}

void Notifier::stop()
{
    stopping_ = true;
    dismiss(std::exchange(seats_, {}));
    signal_change();
}

void Notifier::wake()
{
    for (const auto& seat : seats_)
        seat->receiver->wake();
}

/// What was owed to receivers that the configuration no longer names can never be sent.
asio::awaitable<void> Notifier::forget_others()
{
    forget_ = false;
    auto retained = names_;
    co_await queue_.retain(std::move(retained));
}

void Notifier::forget_counters()
{
    std::erase_if(counters_, [this](const auto& entry) {
        const auto configured = std::ranges::find(names_, entry.first) != names_.end();
        return !configured && !is_leaving(entry.first);
    });
}

/// Two at a time for one queue could send an event twice, so a successor waits.
void Notifier::start_ready()
{
    for (const auto& seat : seats_) {
        if (!seat->started && !is_leaving(seat->receiver->name()))
            start(*seat);
    }
}

void Notifier::start(Seat& seat)
{
    seat.started = true;
    asio::co_spawn(executor_, seat.receiver->run(), [this, &seat](std::exception_ptr error) {
        ended(seat, std::move(error));
    });
}

/// A receiver that fails (a bug, or no memory left to queue in) ends the others and the notifier.
void Notifier::ended(Seat& seat, std::exception_ptr error)
{
    seat.ended = true;
    if (error && !failure_) {
        failure_ = std::move(error);
        stop();
    }
    signal_change();
}

bool Notifier::is_leaving(const std::string& name) const
{
    return std::ranges::any_of(
        leaving_, [&](const auto& seat) { return seat->receiver->name() == name; });
}

bool Notifier::all_ended() const
{
    return std::ranges::all_of(
        leaving_, [](const auto& seat) { return seat->ended || !seat->started; });
}

void Notifier::signal_change()
{
    changed_ = true;
    change_signal_.cancel();
}

/// Until a receiver ends, a reload or a stop.
asio::awaitable<void> Notifier::change()
{
    if (changed_)
        co_return;
    change_signal_.expires_at(asio::steady_timer::time_point::max());
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await change_signal_.async_wait(token);
}

}  // namespace understudy
