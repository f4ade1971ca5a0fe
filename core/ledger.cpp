#include "core/ledger.hpp"

#include <algorithm>
#include <variant>

namespace understudy::core {

namespace {

/// A run that waits, or ended before anything was intended.
bool changed_nothing(const Run& run)
{
    return run.state == RunState::awaiting_approval || run.state == RunState::aborted ||
           run.state == RunState::expired;
}

/// Such a run leaves automatic action as it was, unless a human said no to it.
bool leaves_armed(const Run& run) { return changed_nothing(run) && !run.was_declined; }

std::string name_for_people(const Operation& operation)
{
    if (operation.kind == OperationKind::rejoin || operation.object.empty())
        return operation.target;
    return operation.target + "/" + operation.object;
}

}  // namespace

std::uint32_t Run::cursor() const noexcept
{
    const auto open = std::ranges::find_if(
        steps, [](const StepProgress& step) { return !step.ended_at.has_value(); });
    return static_cast<std::uint32_t>(open - steps.begin());
}

bool Run::has_intent() const
{
    return std::ranges::any_of(steps, [](const StepProgress& step) {
        return std::ranges::any_of(
            step.operations, [](const auto& entry) { return !entry.second.attempts.empty(); });
    });
}

bool Run::is_past_point_of_no_return() const
{
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!plan().steps[i].point_of_no_return)
            continue;
        for (const auto& [index, operation] : steps[i].operations) {
            if (index < record_on_new && !operation.attempts.empty())
                return true;
        }
    }
    return false;
}

bool is_reached(std::string_view ended) noexcept
{
    return ended == name_of(OperationState::reached) || ended == reached_short;
}

bool is_passed_over(std::string_view ended) noexcept
{
    return ended == name_of(OperationState::passed_over) || ended == waived;
}

std::vector<std::string> Run::missing() const
{
    std::vector<std::string> result;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& step = plan().steps[i];
        for (const auto& [index, progress] : steps[i].operations) {
            const bool is_left_out =
                is_passed_over(progress.ended) && step.on_failure != OnFailure::skip;
            if (index < step.operations.size() && (is_left_out || progress.ended == reached_short))
                result.push_back(name_for_people(step.operations[index]));
        }
    }
    return result;
}

std::optional<Operation> operation_of(const Run& run, const OperationId& id)
{
    const auto& plan = run.plan();
    if (id.epoch != run.epoch() || id.step >= plan.steps.size())
        return std::nullopt;
    if (id.index == record_on_new || id.index == record_on_old) {
        Operation record;
        record.kind = OperationKind::record;
        record.target = id.index == record_on_new ? plan.new_plane : plan.old_plane;
        record.object = "understudy";
        record.parameters = {
            {"cursor", std::to_string(id.step)},
            {"plan_hash", run.created.plan_hash},
            {"process", run.processes.empty() ? std::string() : run.processes.back()}};
        return record;
    }
    const auto& operations = plan.steps[id.step].operations;
    return id.index < operations.size() ? std::optional(operations[id.index]) : std::nullopt;
}

void Ledger::apply(const Record& record)
{
    std::visit([this, at = record.at](const auto& body) { note(body, at); }, record.body);
}

const Run* Ledger::find_run(std::uint64_t epoch) const
{
    const auto found = std::ranges::find(runs_, epoch, &Run::epoch);
    return found == runs_.end() ? nullptr : &*found;
}

const Run* Ledger::open_run() const
{
    const auto found = std::ranges::find(runs_, false, &Run::has_ended);
    return found == runs_.end() ? nullptr : &*found;
}

bool Ledger::is_armed() const
{
    const auto since = runs_.begin() + static_cast<std::ptrdiff_t>(runs_at_arming_);
    return std::all_of(since, runs_.end(), leaves_armed);
}

std::uint32_t Ledger::automatic_runs_since(WallTime since) const
{
    return static_cast<std::uint32_t>(std::ranges::count_if(runs_, [since](const Run& run) {
        return run.created.by == by_itself && run.created_at >= since && !changed_nothing(run);
    }));
}

Run* Ledger::run_of(std::uint64_t epoch)
{
    const auto found = std::ranges::find(runs_, epoch, &Run::epoch);
    return found == runs_.end() ? nullptr : &*found;
}

OperationProgress* Ledger::progress_of(const OperationId& id)
{
    auto* run = run_of(id.epoch);
    if (run == nullptr || id.step >= run->steps.size())
        return nullptr;
    return &run->steps[id.step].operations[id.index];
}

std::vector<std::vector<Attempt>*> Ledger::attempts_of(const OperationId& id)
{
    std::vector<std::vector<Attempt>*> result;
    if (auto* progress = progress_of(id); progress != nullptr)
        result.push_back(&progress->attempts);
    if (const auto owed = obligations_.find(id); owed != obligations_.end())
        result.push_back(&owed->second.attempts);
    return result;
}

void Ledger::note(const Opened& body, WallTime) { instance_ = body.instance; }

void Ledger::note(const RunCreated& body, WallTime at)
{
    Run run;
    run.created = body;
    run.created_at = at;
    run.state = body.needs_approval ? RunState::awaiting_approval : RunState::running;
    if (!body.needs_approval)
        run.started_at = at;
    if (body.by != by_itself)
        run.approved_by = body.by;
    run.steps.resize(body.plan.steps.size());
    generation_ = std::max(generation_, body.epoch);
    runs_.push_back(std::move(run));
}

void Ledger::note(const TakenUp& body, WallTime at)
{
    auto* run = run_of(body.epoch);
    if (run == nullptr)
        return;
    if (!run->processes.empty())
        run->events.emplace_back(at, "a new process goes on with it");
    run->processes.push_back(body.process);
}

void Ledger::note(const Approved& body, WallTime at)
{
    auto* run = run_of(body.epoch);
    if (run == nullptr)
        return;
    run->approved_by = body.by;
    run->events.emplace_back(
        at, "approved by " + body.by + (body.reason.empty() ? "" : ": " + body.reason));
}

void Ledger::note(const RunChanged& body, WallTime at)
{
    auto* run = run_of(body.epoch);
    if (run == nullptr)
        return;
    if (run->state == RunState::awaiting_approval && body.state == RunState::running) {
        run->started_at = at;
        run->approved_by = body.by;
    }
    run->state = body.state;
    run->was_declined = body.state == RunState::aborted && !body.by.empty();
    run->why = body.why;
    run->events.emplace_back(
        at, std::string(name_of(body.state)) + (body.by.empty() ? "" : " by " + body.by) +
                (body.why.empty() ? "" : ": " + body.why));
    if (is_final(body.state))
        run->ended_at = at;
}

void Ledger::note(const Intent& body, WallTime at)
{
    if (auto* progress = progress_of(body.id); progress != nullptr && progress->attempts.empty())
        progress->before = body.before;
    const auto effect = body.before.find("effect");
    for (auto* attempts : attempts_of(body.id)) {
        attempts->push_back(
            {body.attempt, at, body.boot_id, body.started_at, body.deadline, std::nullopt, {}, {}});
        if (effect != body.before.end())
            attempts->back().effect = effect->second;
    }
}

void Ledger::note(const EffectEnded& body, WallTime)
{
    for (auto* attempts : attempts_of(body.id)) {
        const auto found = std::ranges::find(*attempts, body.attempt, &Attempt::number);
        if (found == attempts->end())
            continue;
        found->result = body.result;
        found->detail = body.detail;
    }
}

void Ledger::note(const OperationEnded& body, WallTime at)
{
    auto* progress = progress_of(body.id);
    if (progress == nullptr)
        return;
    progress->ended = body.state;
    progress->detail = body.detail;
    progress->ended_at = at;
}

void Ledger::note(const StepBegan& body, WallTime at)
{
    auto* run = run_of(body.epoch);
    if (run == nullptr || body.step >= run->steps.size())
        return;
    auto& step = run->steps[body.step];
    step.began_at = step.began_at.value_or(at);
    step.boot_id = body.boot_id;
    step.began = body.at;
}

void Ledger::note(const StepEnded& body, WallTime at)
{
    auto* run = run_of(body.epoch);
    if (run != nullptr && body.step < run->steps.size())
        run->steps[body.step].ended_at = at;
}

void Ledger::note(const RolesSwapped& body, WallTime)
{
    active_ = body.active;
    generation_ = std::max(generation_, body.epoch);
}

void Ledger::note(const HoldSet& body, WallTime) { hold_ = {body.until, body.by, body.reason}; }
void Ledger::note(const HoldReleased&, WallTime) { hold_.reset(); }
void Ledger::note(const Armed&, WallTime) { runs_at_arming_ = runs_.size(); }

void Ledger::note(const TookOver& body, WallTime at)
{
    generation_ = std::max(generation_, body.epoch);
    taken_over_ = body.from;
    took_over_at_ = at;
}

void Ledger::note(const ObligationOwed& body, WallTime at)
{
    Obligation obligation;
    obligation.owed = body;
    obligation.since = at;
    obligations_.insert_or_assign(body.id, std::move(obligation));
}

/// What is paid while its run is open is not missing at its end.
void Ledger::note(const ObligationEnded& body, WallTime at)
{
    obligations_.erase(body.id);
    const auto* run = find_run(body.id.epoch);
    if (body.how == paid && run != nullptr && !run->has_ended())
        note(
            OperationEnded{body.id, std::string(name_of(OperationState::reached)), body.reason},
            at);
}

}  // namespace understudy::core
