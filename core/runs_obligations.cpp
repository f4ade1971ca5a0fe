// What runs left owed: tried again and again, each time only if it is still right.
#include "core/run_steps.hpp"
#include "core/runs.hpp"

#include <utility>

namespace understudy::core {

namespace {

constexpr Duration between_tries = 1s;

/// Reads whether the world's record is still one of ours.
Execution record_reader(const Obligation& obligation, const Ledger& ledger)
{
    Operation record;
    record.kind = OperationKind::record;
    record.target = obligation.owed.plane;
    record.object = "understudy";
    return {{ledger.generation(), obligation.owed.id.step, record_on_new}, std::move(record)};
}

bool is_one_of(const std::vector<std::string>& processes, const std::string& process)
{
    return std::ranges::find(processes, process) != processes.end();
}

/// It tells of a run in our journal, and of that run's plan: nobody else, no copy of
/// ours either, has acted since. It need
/// not be the last: an adoption, and a run that ended before its claim, leave none.
bool is_of_our_run(const Facts& record, const std::string& instance, const Ledger& ledger)
{
    const auto epoch = find_fact<std::int64_t>(record, "epoch").value_or(0);
    const auto* run = epoch > 0 ? ledger.find_run(static_cast<std::uint64_t>(epoch)) : nullptr;
    return run != nullptr && find_fact<std::string>(record, "instance") == instance &&
           find_fact<std::string>(record, "plan_hash") == run->created.plan_hash &&
           is_one_of(run->processes, find_fact<std::string>(record, "process").value_or(""));
}

}  // namespace

void Runs::pay(Now now)
{
    // Paying ends one, so by key.
    std::vector<OperationId> ids;
    for (const auto& [id, obligation] : ledger_.obligations()) {
        if (is_due(obligation))
            ids.push_back(id);
    }
    std::erase_if(
        owed_, [&](const auto& entry) { return !std::ranges::binary_search(ids, entry.first); });
    for (const auto& id : ids) {
        const auto& obligation = ledger_.obligations().at(id);
        if (!void_if_due(obligation, now))
            pay_one(obligation, now);
    }
}

/// While a run is open people or the run decide what is next. But from its promotion on both planes
/// would write, so a fence that it went on without does not wait for its end.
bool Runs::is_due(const Obligation& obligation) const
{
    const auto* run = ledger_.open_run();
    return run == nullptr ||
           (obligation.owed.id.epoch == run->epoch() && run->state == RunState::running &&
            obligation.owed.operation.kind == OperationKind::scale && has_promoted(*run));
}

/// A fence of the plane that is active now would be an outage; a control plane owed to a plane that
/// is active no more is nobody's debt.
bool Runs::void_if_due(const Obligation& obligation, Now now)
{
    const auto& owed = obligation.owed;
    const bool is_moving = ledger_.open_run() != nullptr;
    if (is_moving || ledger_.active().empty() || ledger_.active() == owed.plane)
        return false;
    const auto why = ledger_.active() + " is active now";
    say(Severity::warning,
        "no longer owed, " + why + ": " + owed.operation.target + " " + owed.operation.object);
    write(ObligationEnded{owed.id, "void", "", why}, now);
    return true;
}

Runs::Owed& Runs::owed_of(const Obligation& obligation)
{
    const auto found = owed_.find(obligation.owed.id);
    if (found != owed_.end())
        return found->second;
    Owed owed{
        record_reader(obligation, ledger_),
        Execution(obligation.owed.id, obligation.owed.operation), false};
    if (const auto* run = ledger_.find_run(obligation.owed.id.epoch); run != nullptr) {
        const auto& operations = run->steps[obligation.owed.id.step].operations;
        if (const auto before = operations.find(obligation.owed.id.index);
            before != operations.end())
            owed.operation.recall(before->second.attempts, settings_.effect, process_);
    }
    return owed_.emplace(obligation.owed.id, std::move(owed)).first->second;
}

/// Before each try: the plane that it is owed to is active, serves and has the name, or a run is
/// just bringing that about; and people let us. Whatever else is true, it is only told.
bool Runs::may_pay(const Obligation& obligation, Now now) const
{
    const bool has_moved = picture_.active == obligation.owed.plane && picture_.active_serves &&
                           !picture_.name_elsewhere;
    const bool is_moving = ledger_.open_run() != nullptr && is_due(obligation);
    return (has_moved || is_moving) && !is_held(now) && !other_may_land(now);
}

void Runs::pay_one(const Obligation& obligation, Now now)
{
    auto& owed = owed_of(obligation);
    // The world's record must be ours too: it is read before each try, and again after each pause.
    if (!may_pay(obligation, now)) {
        read_record_first(owed, obligation);
        return;
    }
    auto& turn = owed.record_is_ours ? owed.operation : owed.record;
    const bool begins = turn.state() == OperationState::queued && turn.move(OperationEvent::began);
    const bool wakes = !begins && now.instant >= turn.wake_at() && turn.move(OperationEvent::woke);
    if (begins || wakes)
        effects_.emplace_back(run_effect::Observe{turn.id(), turn.operation()});
}

void Runs::observed_owed(const OperationId& id, const Observation& observation, Now now)
{
    for (auto& [owed_id, owed] : owed_) {
        if (owed.record.id() == id && owed.record.state() == OperationState::reading)
            observed_record(owed, observation, now);
        else if (owed_id == id && owed.operation.state() == OperationState::reading)
            observed_debt(owed, observation, now);
    }
}

void Runs::observed_record(Owed& owed, const Observation& observation, Now now)
{
    if (observation.readable && is_of_our_run(observation.facts, settings_.instance, ledger_)) {
        owed.record.move(OperationEvent::satisfied);
        owed.record_is_ours = true;
        return;
    }
    owed.record.move(OperationEvent::not_yet);
    owed.record.pause_until(now.instant + between_tries);
}

void Runs::observed_debt(Owed& owed, const Observation& observation, Now now)
{
    auto& operation = owed.operation;
    const auto* run = ledger_.find_run(operation.id().epoch);
    if (run == nullptr)
        return;
    const auto context = context_of(*run, operation.id());
    const bool may = may_pay(ledger_.obligations().at(operation.id()), now);
    const auto event = operation.judge(observation, context, may, now.instant);
    if (event == OperationEvent::satisfied) {
        operation.move(event);
        say(Severity::info, "paid: " + operation.operation().target + " " +
                                operation.operation().object + ", " + operation.assessment().why);
        write(
            ObligationEnded{operation.id(), std::string(paid), "", operation.assessment().why},
            now);
        return;
    }
    if (event == OperationEvent::needed && operation.move(event)) {
        intend(operation, now);
        return;
    }
    // Not now, or not as things are: it is read again, and the record before it.
    operation.move(OperationEvent::not_yet);
    operation.pause_until(now.instant + between_tries);
    read_record_first(owed, ledger_.obligations().at(operation.id()));
}

void Runs::read_record_first(Owed& owed, const Obligation& obligation) const
{
    owed.record = record_reader(obligation, ledger_);
    owed.record_is_ours = false;
}

}  // namespace understudy::core
