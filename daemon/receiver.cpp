#include "daemon/receiver.hpp"

#include "daemon/alertmanager.hpp"
#include "daemon/webhook.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace understudy {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Some minutes of failing: worth telling somebody else, and past what a restart of the receiver
/// takes.
constexpr int attempts_before_report = 5;
/// Sleep is measured by another clock than the queue; a step of the wall clock is noticed within
/// this.
constexpr core::Duration sleep_max = 60s;
/// Rounding must never make a loop that spins.
constexpr core::Duration sleep_min = 10ms;
/// An answer matters by its status only.
constexpr std::size_t answer_bytes_max = 64UL * 1024;

Endpoint endpoint_for(const store::ReceiverOptions& options)
{
    auto endpoint = endpoint_of("receiver " + options.name, options.url, options.tls);
    if (options.kind == store::ReceiverKind::alertmanager)
        endpoint.path = alertmanager_path(endpoint.path);
    return endpoint;
}

store::RepeatPolicy repeats_for(const store::ReceiverOptions& options)
{
    store::RepeatPolicy policy;
    policy.interval = repeat_interval_of(options);
    if (options.kind == store::ReceiverKind::alertmanager)
        policy.resolved_for = alertmanager_resolved_for;
    return policy;
}

}  // namespace

Receiver::Receiver(
    store::ReceiverOptions options, ReceiverSurroundings surroundings, ReceiverCounters& counters)
    : options_(std::move(options)),
      surroundings_(std::move(surroundings)),
      counters_(counters),
      endpoint_(endpoint_for(options_)),
      signer_(options_.secret_files),
      repeats_(repeats_for(options_)),
      timer_(surroundings_.executor)
{
    if (options_.bearer_token_file)
        bearer_token_ = net::read_secret(*options_.bearer_token_file);
}

asio::awaitable<void> Receiver::run()
{
    counters_.shut_off = false;
    auto name = options_.name;
    co_await surroundings_.queue.hurry_refused(std::move(name), surroundings_.now());
    while (!stopping_)
        co_await turn();
}

void Receiver::stop()
{
    stopping_ = true;
    wake();
}

void Receiver::wake()
{
    woken_ = true;
    timer_.cancel();
}

asio::awaitable<void> Receiver::turn()
{
    // Before the queue is read: what arrives from here on must cut the sleep short.
    woken_ = false;
    co_await count_queue();
    if (counters_.shut_off) {
        co_await sleep_until(std::nullopt);
        co_return;
    }
    const auto now = surroundings_.now();
    if (paused_until_ && now < *paused_until_ && *paused_until_ - now <= retry_after_max) {
        co_await sleep_until(paused_until_);
        co_return;
    }
    auto offer = co_await surroundings_.queue.next(options_.name, repeats_, now);
    if (!offer.delivery) {
        co_await sleep_until(offer.wake_at);
        co_return;
    }
    auto delivery = std::move(*offer.delivery);
    co_await attempt(std::move(delivery));
}

asio::awaitable<void> Receiver::attempt(store::Delivery delivery)
{
    auto request = render(delivery);
    auto target = endpoint_.target;
    net::HttpLimits limits;
    limits.timeout = options_.timeout;
    limits.body_bytes_max = answer_bytes_max;
    const auto reply =
        co_await surroundings_.http.exchange(std::move(target), std::move(request), limits);
    auto judgement = judge(reply, surroundings_.now());
    co_await conclude(std::move(delivery), std::move(judgement));
}

asio::awaitable<void> Receiver::conclude(store::Delivery delivery, Judgement judgement)
{
    if (judgement.fate != Fate::delivered)
        ++counters_.failed.at(static_cast<std::size_t>(judgement.failure));
    switch (judgement.fate) {
    case Fate::delivered:
        co_await surroundings_.queue.settle(std::move(delivery), surroundings_.now());
        ++counters_.sent;
        co_await report(false, {});
        break;
    case Fate::retry: co_await put_off(std::move(delivery), std::move(judgement)); break;
    case Fate::abandon: co_await give_up(std::move(delivery), std::move(judgement)); break;
    case Fate::shut_off: {
        counters_.shut_off = true;
        auto detail = judgement.detail + "; nothing more is sent to it until the next reload";
        co_await put_off(std::move(delivery), std::move(judgement));
        co_await complain(std::move(detail));
        break;
    }
    }
}

asio::awaitable<void> Receiver::put_off(store::Delivery delivery, Judgement judgement)
{
    const auto now = surroundings_.now();
    const auto attempts = delivery.attempts + 1;
    const auto drawn = std::uniform_real_distribution<double>(0.0, 1.0)(dice_);
    const auto pause = std::max(pause_after(attempts, drawn), judgement.retry_after.value_or(0s));
    const auto at = now + std::chrono::ceil<std::chrono::milliseconds>(pause);
    if (judgement.retry_after)
        paused_until_ = at;
    auto detail = fmt::format("{} after {} attempts", judgement.detail, attempts);
    auto error = std::move(judgement.detail);
    co_await surroundings_.queue.postpone(std::move(delivery), at, std::move(error));
    if (attempts >= attempts_before_report)
        co_await complain(std::move(detail));
}

asio::awaitable<void> Receiver::give_up(store::Delivery delivery, Judgement judgement)
{
    auto detail = fmt::format("{} to {} of {}", judgement.detail, delivery.id, delivery.event.name);
    const auto pause = pause_after_refusal(repeats_.interval);
    store::Refusal refusal;
    refusal.at = surroundings_.now();
    refusal.again_at = refusal.at + std::chrono::ceil<std::chrono::milliseconds>(pause);
    refusal.error = std::move(judgement.detail);
    const bool is_kept =
        co_await surroundings_.queue.abandon(std::move(delivery), std::move(refusal));
    if (is_kept) {
        detail += fmt::format(
            "; it still fires, and is told again in {} min",
            std::chrono::ceil<std::chrono::minutes>(pause).count());
    } else {
        ++counters_.abandoned;
        detail += "; that event is lost to it";
    }
    co_await complain(std::move(detail));
}

/// To the log each time, for there may be no other receiver.
asio::awaitable<void> Receiver::complain(std::string detail)
{
    surroundings_.log(
        core::Severity::warning, fmt::format("receiver {}: {}", options_.name, detail));
    co_await report(true, std::move(detail));
}

asio::awaitable<void> Receiver::report(bool failing, std::string detail)
{
    const auto wanted = failing ? Trouble::yes : Trouble::no;
    if (trouble_ == wanted)
        co_return;
    if (trouble_ == Trouble::yes)
        surroundings_.log(
            core::Severity::info, "receiver " + options_.name + " takes alerts again");
    trouble_ = wanted;
    auto name = options_.name;
    co_await surroundings_.report(std::move(name), failing, std::move(detail));
}

asio::awaitable<void> Receiver::count_queue()
{
    const auto state = co_await surroundings_.queue.state(options_.name);
    counters_.queue_length = state.length;
    counters_.oldest_queued_at = state.oldest_queued_at;
}

asio::awaitable<void> Receiver::sleep_until(std::optional<core::WallTime> wake_at)
{
    if (woken_)
        co_return;
    core::Duration pause = sleep_max;
    if (wake_at)
        pause = std::clamp<core::Duration>(*wake_at - surroundings_.now(), sleep_min, sleep_max);
    timer_.expires_after(pause);
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer_.async_wait(token);
}

net::HttpRequest Receiver::render(const store::Delivery& delivery) const
{
    const auto now = surroundings_.now();
    auto request = options_.kind == store::ReceiverKind::alertmanager
                       ? alertmanager_request(delivery, repeats_.interval, now)
                       : webhook_request(delivery, surroundings_.external_url, signer_, now);
    request.path = endpoint_.path;
    request.headers.emplace_back("User-Agent", "Understudy");
    if (!bearer_token_.empty())
        request.headers.emplace_back(
            "Authorization", fmt::format("Bearer {}", bearer_token_.reveal()));
    return request;
}

}  // namespace understudy
