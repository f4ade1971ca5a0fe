#include "daemon/executor.hpp"

#include "daemon/clock.hpp"
#include "daemon/supervise.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

/// Several times what a run of 200 control planes writes: each operation at most a few records of a
/// few hundred bytes, each step two more, and the plan itself.
constexpr std::size_t transactions_of_a_run = 2000;
constexpr std::size_t bytes_of_a_run = 2 * 1024 * 1024;
constexpr auto room_retried_every = std::chrono::seconds(10);
/// A hold must be seen before a run could start, and at once while something is being done.
constexpr auto hold_read_every = std::chrono::seconds(5);
constexpr auto hold_read_every_at_work = std::chrono::seconds(1);
/// Where nothing is ever done it is only shown.
constexpr auto hold_read_every_in_observe = std::chrono::seconds(30);
/// After an effect's deadline its socket is closed; if this process cannot even do that, the kernel
/// ends it.
constexpr core::Duration kill_after = std::chrono::seconds(1);

bool ends_run(const core::run_effect::Append& append)
{
    return std::ranges::any_of(append.records, [](const core::Record& record) {
        const auto* change = std::get_if<core::RunChanged>(&record.body);
        return change != nullptr && core::is_final(change->state);
    });
}

/// What `understudy plan` may read before there is a run: what comes before the promotion.
bool can_be_rehearsed(core::OperationKind kind)
{
    switch (kind) {
    case core::OperationKind::record:
    case core::OperationKind::suspend_cron_job:
    case core::OperationKind::await_jobs:
    case core::OperationKind::compare_content:
    case core::OperationKind::rehearse_promotion:
    case core::OperationKind::scale:
    case core::OperationKind::promote:
    case core::OperationKind::switch_name:
    case core::OperationKind::rejoin:
    case core::OperationKind::hook: return true;
    case core::OperationKind::await_primary:
    case core::OperationKind::serve:
    case core::OperationKind::resolve_name: return false;
    }
    return false;
}

}  // namespace

Executor::Executor(
    asio::any_io_executor executor,
    core::Runs runs,
    store::Journal& journal,
    std::unique_ptr<actions::Action> world,
    ExecutorPorts ports)
    : executor_(std::move(executor)),
      runs_(std::move(runs)),
      journal_(journal),
      world_(std::move(world)),
      ports_(std::move(ports)),
      timer_(executor_),
      journal_news_(executor_, asio::steady_timer::time_point::max())
{}

asio::awaitable<void> Executor::run()
{
    dispatch(core::run_event::Woke{});
    std::vector<asio::awaitable<void>> tasks;
    tasks.push_back(keep_time());
    tasks.push_back(write_journal());
    tasks.push_back(watch_world_hold());
    std::exception_ptr ended;
    try {
        co_await supervise(std::move(tasks));
    } catch (...) {
        ended = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state();
    stopping_ = true;
    co_await drain();
    std::rethrow_exception(ended);
}

/// What is in flight is cancelled: an effect that was cut off is `unknown` to whoever resumes it.
asio::awaitable<void> Executor::drain()
{
    std::vector<std::uint64_t> keys;
    for (const auto& [key, signal] : in_flight_)
        keys.push_back(key);
    for (const auto key : keys) {
        if (const auto found = in_flight_.find(key); found != in_flight_.end())
            found->second->emit(asio::cancellation_type::terminal);
    }
    asio::steady_timer drained(executor_);
    while (!in_flight_.empty()) {
        drained.expires_after(std::chrono::milliseconds(5));
        co_await drained.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void Executor::told(core::run_event::Picture picture, std::optional<core::Decision> due)
{
    // The machine keeps its own time: only news is worth a step of it.
    if (picture != picture_) {
        picture_ = picture;
        dispatch(std::move(picture));
    }
    if (due)
        dispatch(core::run_event::Due{std::move(*due)});
}

void Executor::reload(core::ActingSettings settings, std::unique_ptr<actions::Action> world)
{
    world_ = std::move(world);
    dispatch(core::run_event::Reconfigured{std::move(settings)});
}

core::RunsReport Executor::report() const { return runs_.report(read_clocks()); }

/// What an effect leads to may come back while others are still being handed out: one after the
/// other, in order.
void Executor::dispatch(core::RunsEvent event)
{
    events_.push_back(std::move(event));
    if (is_dispatching_ || stopping_)
        return;
    is_dispatching_ = true;
    while (!events_.empty()) {
        const auto next = std::move(events_.front());
        events_.pop_front();
        const auto now = read_clocks();
        auto effects = runs_.step(next, now);
        progress_.stepped(now.instant);
        for (auto& effect : effects)
            std::visit([this](auto& e) { perform(e); }, effect);
    }
    is_dispatching_ = false;
    arm_timer();
}

void Executor::arm_timer()
{
    const auto in = runs_.wake_at() - read_clocks().instant;
    timer_.expires_after(std::max<core::Duration>(in, std::chrono::milliseconds(1)));
}

asio::awaitable<void> Executor::keep_time()
{
    while (true) {
        const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
        // An aborted wait that is no cancellation: the timer was armed anew.
        if (!error)
            dispatch(core::run_event::Woke{});
    }
}

void Executor::perform(Append& effect)
{
    appends_.push_back(std::move(effect));
    journal_backlog_.accepted(read_clocks().instant);
    journal_news_.cancel();
}

asio::awaitable<void> Executor::write_journal()
{
    while (true) {
        while (appends_.empty()) {
            // Between runs only: it empties the log, and takes its time.
            if (!has_room_ && runs_.ledger().open_run() == nullptr && !journal_.failure())
                co_await make_room();
            if (!appends_.empty())
                break;
            journal_news_.expires_after(has_room_ ? std::chrono::hours(1) : room_retried_every);
            co_await journal_news_.async_wait(asio::as_tuple(asio::use_awaitable));
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none)
                throw boost::system::system_error(asio::error::operation_aborted);
        }
        auto append = std::move(appends_.front());
        appends_.pop_front();
        const auto sequence = append.sequence;
        const bool is_durable = co_await write(std::move(append));
        journal_backlog_.ended(read_clocks().instant);
        if (is_durable)
            dispatch(core::run_event::Appended{sequence});
        else
            dispatch(core::run_event::JournalFailed{journal_.failure().value_or("it has no room")});
    }
}

asio::awaitable<void> Executor::make_room()
{
    const auto bytes = store::room_for(transactions_of_a_run, bytes_of_a_run);
    core::run_event::RoomMade made;
    journal_backlog_.accepted(read_clocks().instant);
    try {
        co_await journal_.reserve(bytes);
        has_room_ = true;
    } catch (const std::runtime_error& error) {
        made.problem = std::string("no room for a whole run in the journal: ") + error.what();
    }
    journal_backlog_.ended(read_clocks().instant);
    dispatch(std::move(made));
}

asio::awaitable<bool> Executor::write(Append append)
{
    bool is_durable = false;
    const bool is_end = ends_run(append);
    try {
        co_await journal_.append(std::move(append.records));
        is_durable = true;
        has_room_ = has_room_ && !is_end;
    } catch (const store::StoreError& error) {
        ports_.log(core::Severity::critical, error.what());
    }
    co_return is_durable;
}

void Executor::spawn(asio::awaitable<void> task)
{
    const auto number = next_task_++;
    auto signal = std::make_unique<asio::cancellation_signal>();
    const auto slot = signal->slot();
    in_flight_.emplace(number, std::move(signal));
    const auto ended = [this, number](std::exception_ptr) { in_flight_.erase(number); };
    asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(slot, ended));
}

void Executor::perform(core::run_effect::Observe& effect)
{
    spawn(observe(effect.id, std::move(effect.operation)));
}

asio::awaitable<void> Executor::observe(core::OperationId id, core::Operation operation)
{
    const auto world = world_;
    const auto asked_at = read_clocks().instant;
    core::Observation observation;
    observation.detail = "the configuration forbids any action";
    if (world)
        observation = co_await world->observe(std::move(operation));
    dispatch(
        core::run_event::Observed{id, std::move(observation), read_clocks().instant - asked_at});
}

void Executor::perform(core::run_effect::Perform& effect) { spawn(act(std::move(effect))); }

asio::awaitable<void> Executor::act(core::run_effect::Perform order)
{
    const auto world = world_;
    const auto id = order.id;
    const auto attempt = order.attempt;
    actions::Order wanted;
    wanted.id = id;
    wanted.attempt = attempt;
    wanted.operation = std::move(order.operation);
    wanted.facts = std::move(order.facts);
    wanted.deadline = order.started_at + order.deadline;

    actions::Effect effect;
    effect.result = core::EffectResult::refused;
    effect.detail = "nothing was sent: its time was over before it began";
    effect.retry_after = std::chrono::seconds(1);
    if (world && read_clocks().instant < wanted.deadline) {
        const auto guard = kill_timer_.end_at(wanted.deadline + kill_after);
        effect = co_await world->perform(std::move(wanted));
    }
    dispatch(core::run_event::Performed{
        id, attempt, effect.result, std::move(effect.detail), effect.retry_after});
}

std::string Executor::standby() const
{
    for (const auto& plane : runs_.settings().planes) {
        if (plane.name != picture_.active)
            return plane.name;
    }
    return {};
}

std::chrono::seconds Executor::time_to_next_hold() const
{
    if (runs_.settings().mode == core::Mode::observe)
        return hold_read_every_in_observe;
    const auto& ledger = runs_.ledger();
    const bool is_at_work = ledger.open_run() != nullptr || !ledger.obligations().empty();
    return is_at_work ? hold_read_every_at_work : hold_read_every;
}

/// The hold in the standby's cluster needs no daemon of ours to be set, and none to be seen.
asio::awaitable<void> Executor::watch_world_hold()
{
    asio::steady_timer timer(executor_);
    while (true) {
        const auto world = world_;
        core::Operation record;
        record.kind = core::OperationKind::record;
        record.target = standby();
        record.object = "understudy";
        core::run_event::WorldHold hold;
        const auto asked_at = read_clocks().instant;
        if (!world) {
            hold.readable = true;
        } else {
            const auto seen = co_await world->observe(std::move(record));
            hold.readable = seen.readable;
            hold.hold = seen.readable
                            ? core::find_fact<std::string>(seen.facts, "hold").value_or("")
                            : seen.detail;
        }
        hold.took = read_clocks().instant - asked_at;
        dispatch(std::move(hold));
        timer.expires_after(time_to_next_hold());
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<core::run_effect::Answer> Executor::ask(core::run_event::Command command)
{
    using Channel =
        asio::experimental::channel<void(boost::system::error_code, core::run_effect::Answer)>;
    const auto channel = std::make_shared<Channel>(executor_, 1);
    const auto request = next_request_++;
    command.request = request;
    asked_.emplace(request, [channel](core::run_effect::Answer answer) {
        channel->try_send(boost::system::error_code{}, std::move(answer));
    });
    dispatch(std::move(command));
    auto answer = co_await channel->async_receive(asio::use_awaitable);
    co_return answer;
}

void Executor::perform(core::run_effect::Answer& effect)
{
    const auto found = asked_.find(effect.request);
    if (found == asked_.end())
        return;
    const auto reply = std::move(found->second);
    asked_.erase(found);
    reply(std::move(effect));
}

asio::awaitable<void> Executor::rehearse_one(
    core::OperationId id, core::Operation operation, Rehearsal& rehearsal)
{
    const auto world = world_;
    auto asked = operation;
    const auto seen = co_await world->observe(std::move(asked));
    core::AssessContext context;
    context.id = id;
    context.instance = runs_.settings().instance;
    context.taken_over = runs_.ledger().taken_over();
    rehearsal.emplace(id, core::assess(operation, seen, context));
}

/// All at once: what cannot be reached must not make people wait for each of its objects.
asio::awaitable<Rehearsal> Executor::rehearse(core::Plan plan)
{
    Rehearsal rehearsal;
    std::vector<asio::awaitable<void>> tasks;
    for (std::uint32_t step = 0; world_ && step < plan.steps.size(); ++step) {
        const auto& operations = plan.steps[step].operations;
        for (std::uint32_t i = 0; i < operations.size(); ++i) {
            const core::OperationId id{plan.generation + 1, step, i};
            if (can_be_rehearsed(operations[i].kind))
                tasks.push_back(rehearse_one(id, operations[i], rehearsal));
        }
    }
    if (!tasks.empty())
        co_await supervise(std::move(tasks));
    co_return rehearsal;
}

void Executor::perform(core::run_effect::ActingChanged& effect)
{
    ports_.acting_changed(effect.acting);
}
void Executor::perform(core::run_effect::RolesChanged& effect)
{
    ports_.roles_moved(effect.active);
}
void Executor::perform(core::run_effect::Say& effect) { ports_.log(effect.severity, effect.text); }
void Executor::perform(core::AlertChange& effect) { ports_.tell(effect); }

}  // namespace understudy
