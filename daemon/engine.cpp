#include "daemon/engine.hpp"

#include "daemon/clock.hpp"
#include "net/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

/// A probe bounds itself by its timeout; one that does not is bounded here, this much later.
constexpr core::Duration grace = std::chrono::seconds(1);

using Signals = std::map<std::uint64_t, std::unique_ptr<asio::cancellation_signal>>;

/// What ends while this runs erases itself from the map: so by key, and not by iterator.
void cancel_all(const Signals& signals)
{
    std::vector<std::uint64_t> keys;
    keys.reserve(signals.size());
    for (const auto& [key, signal] : signals)
        keys.push_back(key);
    for (const auto key : keys) {
        if (const auto found = signals.find(key); found != signals.end())
            found->second->emit(asio::cancellation_type::terminal);
    }
}

}  // namespace

Engine::Engine(
    asio::any_io_executor executor,
    core::Watch watch,
    ProbeSet probes,
    std::vector<Held> held,
    EnginePorts ports)
    : executor_(std::move(executor)),
      watch_(std::move(watch)),
      probes_(std::move(probes)),
      ports_(std::move(ports)),
      timer_(executor_),
      held_(std::move(held))
{}

asio::awaitable<void> Engine::run()
{
    bool cancelled = false;
    start_holding();
    dispatch(core::Woke{});
    while (!cancelled) {
        const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        cancelled = state.cancelled() != asio::cancellation_type::none;
        // An aborted wait that is no cancellation: the timer was armed anew.
        if (!cancelled && !error)
            dispatch(core::Woke{});
    }

    co_await asio::this_coro::reset_cancellation_state();
    stopping_ = true;
    cancel_all(in_flight_);
    cancel_all(holding_);
    while (!in_flight_.empty() || !holding_.empty()) {
        timer_.expires_after(std::chrono::milliseconds(5));
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    throw boost::system::system_error(asio::error::operation_aborted);
}

void Engine::reload(core::WatchSettings settings, ProbeSet probes, std::vector<Held> held)
{
    probes_ = std::move(probes);
    cancel_all(holding_);
    held_ = std::move(held);
    start_holding();
    dispatch(core::Reloaded{std::move(settings)});
}

void Engine::start_holding()
{
    for (const auto& held : held_) {
        const auto number = next_hold_++;
        auto signal = std::make_unique<asio::cancellation_signal>();
        const auto slot = signal->slot();
        holding_.emplace(number, std::move(signal));
        // It ends only by being cancelled.
        const auto ended = [this, number](std::exception_ptr) { holding_.erase(number); };
        asio::co_spawn(executor_, hold(held), asio::bind_cancellation_slot(slot, ended));
    }
}

asio::awaitable<void> Engine::hold(Held held)
{
    while (true) {
        co_await held.connection->until_broken();
        dispatch(core::ConnectionBroke{held.plane});
    }
}

void Engine::store_failed(const std::string& why) { dispatch(core::StoreFailed{why}); }

void Engine::acting_changed(const core::Acting& acting) { dispatch(core::ActingTold{acting}); }

void Engine::roles_moved(const std::string& active) { dispatch(core::RolesMoved{active}); }

core::run_event::Picture Engine::picture() const { return watch_.picture(read_clocks()); }

std::optional<core::Decision> Engine::due() const { return watch_.due(read_clocks()); }

core::Decision Engine::decision() const { return watch_.decision(read_clocks()); }

core::Report Engine::report() const { return watch_.report(read_clocks()); }

void Engine::dispatch(const core::Event& event)
{
    if (stopping_)
        return;
    const auto now = read_clocks();
    auto effects = watch_.step(event, now);
    progress_.stepped(now.instant);
    for (auto& effect : effects)
        std::visit([this](auto& e) { perform(e); }, effect);
    arm_timer();
    ports_.judged();
}

void Engine::arm_timer()
{
    const auto wake = watch_.wake_at();
    if (wake == armed_for_)
        return;
    armed_for_ = wake;
    timer_.expires_after(wake - read_clocks().instant);
}

void Engine::perform(core::StartProbe& effect)
{
    const auto found = probes_.find(effect.id);
    auto signal = std::make_unique<asio::cancellation_signal>();
    const auto slot = signal->slot();
    in_flight_.emplace(effect.run, std::move(signal));

    core::Duration budget = grace;
    for (const auto& settings : watch_.settings().probes) {
        if (settings.id == effect.id)
            budget += settings.timeout;
    }
    auto probe = found == probes_.end() ? nullptr : found->second;
    asio::co_spawn(
        executor_, run_probe(std::move(probe), budget),
        asio::bind_cancellation_slot(
            slot, [this, id = effect.id, run = effect.run, lag = effect.lag](
                      std::exception_ptr error, core::Outcome outcome) {
                // run_probe turns what a probe throws into an outcome; what is left is our own
                // stop.
                if (error)
                    outcome = core::Outcome(core::Reason::cancelled, "we stopped it");
                probe_ended(id, run, lag, std::move(outcome));
            }));
}

asio::awaitable<core::Outcome> Engine::run_probe(
    std::shared_ptr<probes::Probe> probe, core::Duration budget)
{
    if (!probe)
        co_return core::Outcome(core::Reason::internal, "no such probe");
    const auto started = read_clocks().instant;
    core::Outcome outcome;
    try {
        auto finished = co_await net::with_deadline(probe->run(), budget);
        if (finished)
            outcome = std::move(*finished);
        else
            outcome = core::Outcome(core::Reason::internal, "the probe overran its own timeout");
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            throw;
        outcome = core::Outcome(core::Reason::internal, error.what());
    } catch (const std::exception& error) {
        outcome = core::Outcome(core::Reason::internal, error.what());
    }
    if (outcome.took == core::Duration::zero())
        outcome.took = read_clocks().instant - started;
    co_return outcome;
}

void Engine::probe_ended(
    const std::string& id, std::uint64_t run, core::Duration lag, core::Outcome outcome)
{
    in_flight_.erase(run);
    if (stopping_)
        return;
    ports_.observed(id, outcome, lag);
    dispatch(core::ProbeFinished{id, run, std::move(outcome)});
}

void Engine::perform(core::Remember& effect) { ports_.remember(std::move(effect.entries)); }
void Engine::perform(core::AlertChange& effect) { ports_.tell(effect); }
void Engine::perform(core::Say& effect) { ports_.log(effect.severity, effect.text); }

}  // namespace understudy
