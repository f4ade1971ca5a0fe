#include "core/execution.hpp"

#include <algorithm>
#include <utility>

namespace understudy::core {

namespace {

/// Every deployment that a reading tells of is Available: `available`, `operator_available`.
bool all_are_available(const Facts& facts)
{
    return find_fact<bool>(facts, "available").value_or(false) &&
           find_fact<bool>(facts, "operator_available").value_or(true);
}

Assessment word_of_hook(Finding finding, const std::string& said)
{
    Assessment assessment;
    assessment.finding = finding;
    assessment.why = said;
    assessment.ours = finding == Finding::satisfied;
    return assessment;
}

bool is_settled(Finding finding, const Facts& facts)
{
    return finding == Finding::satisfied ||
           (finding == Finding::waiting && all_are_available(facts));
}

}  // namespace

std::optional<Instant> open_until(
    const Attempt& attempt, const EffectSettings& settings, const Process& process)
{
    const bool is_definite = attempt.result && *attempt.result != EffectResult::unknown;
    // A reboot ended the sender with every byte that it had not sent; what the server had is
    // bounded by the server's own limit, which any boot outlasts.
    if (is_definite || attempt.boot_id != process.boot_id)
        return std::nullopt;
    return attempt.started_at + attempt.deadline + settings.server_limit;
}

Execution::Execution(OperationId id, Operation operation)
    : id_(id), operation_(std::move(operation))
{}

std::string Execution::in_words() const
{
    auto text = std::string(name_of(state_));
    if (!assessment_.why.empty())
        text += ": " + assessment_.why;
    if (!last_effect_.empty() && !has_ended())
        text += " (last try: " + last_effect_ + ")";
    return text;
}

void Execution::recall(
    const std::vector<Attempt>& attempts, const EffectSettings& settings, const Process& process)
{
    for (const auto& attempt : attempts) {
        attempts_ = std::max(attempts_, attempt.number);
        acted_ = true;
        applied_ = applied_ || attempt.result == EffectResult::applied;
        if (const auto until = open_until(attempt, settings, process))
            open_until_ = std::max(open_until_.value_or(*until), *until);
    }
}

void Execution::recall_end(OperationState state, std::string detail)
{
    state_ = state;
    assessment_.why = std::move(detail);
}

bool Execution::move(OperationEvent event)
{
    const auto to = next(state_, event);
    if (!to)
        return false;
    state_ = *to;
    return true;
}

OperationEvent Execution::judge(
    const Observation& observation, AssessContext context, bool may_start, Instant now)
{
    context.id = id_;
    context.acted = applied_;
    facts_ = observation.facts;
    // A hook has no world to read: its own word is all there is.
    if (operation_.kind == OperationKind::hook && applied_)
        assessment_ = word_of_hook(Finding::satisfied, last_effect_);
    else if (failed_)
        assessment_ = word_of_hook(Finding::refused, last_effect_);
    else
        assessment_ = assess(operation_, observation, context);

    settled_ = settled_ || (acted_ && is_settled(assessment_.finding, facts_));
    if (assessment_.finding != Finding::satisfied)
        satisfied_since_.reset();
    switch (assessment_.finding) {
    case Finding::satisfied: return judge_satisfied(now);
    case Finding::needed: {
        const bool is_open = open_until_ && now < *open_until_;
        const bool may = may_start && !is_open && now >= not_before_ && has_effect(operation_.kind);
        return may ? OperationEvent::needed : OperationEvent::not_yet;
    }
    case Finding::refused:
    case Finding::foreign: return OperationEvent::forbidden;
    case Finding::waiting:
    case Finding::unreadable: break;
    }
    return OperationEvent::not_yet;
}

/// A goal counts when it has lasted, and when no effect of ours can still come after it.
OperationEvent Execution::judge_satisfied(Instant now)
{
    satisfied_since_ = satisfied_since_.value_or(now);
    const bool is_open = open_until_ && now < *open_until_ && !assessment_.ours;
    const bool is_stable = now - *satisfied_since_ >= operation_.stable_for;
    return is_stable && !is_open ? OperationEvent::satisfied : OperationEvent::not_yet;
}

std::uint32_t Execution::begin_attempt(Instant now, Duration open_for)
{
    acted_ = true;
    settled_ = false;
    open_until_ = now + open_for;
    ++tries_;
    return ++attempts_;
}

void Execution::effect_ended(
    EffectResult result,
    const std::string& detail,
    Duration retry_after,
    Instant now,
    const EffectSettings& settings)
{
    last_effect_ = std::string(name_of(result)) + (detail.empty() ? "" : ", " + detail);
    applied_ = applied_ || result == EffectResult::applied;
    failed_ = operation_.kind == OperationKind::hook && result != EffectResult::applied &&
              retry_after == Duration::zero();
    if (result != EffectResult::unknown)
        open_until_.reset();
    if (result != EffectResult::applied)
        not_before_ = now + std::max(settings.retry, retry_after);
}

}  // namespace understudy::core
