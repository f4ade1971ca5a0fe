#include "core/token_renewal.hpp"

#include "core/run_steps.hpp"

namespace understudy::core {

namespace {

/// What is not known to have been refused may have been done.
bool may_have_deleted(const OperationProgress& progress)
{
    return std::ranges::any_of(progress.attempts, [](const Attempt& attempt) {
        return attempt.effect == delete_tokens && attempt.result != EffectResult::refused;
    });
}

bool has_deleted(const OperationProgress& progress)
{
    return std::ranges::any_of(progress.attempts, [](const Attempt& attempt) {
        return attempt.effect == delete_tokens && attempt.result == EffectResult::applied;
    });
}

}  // namespace

std::string why_tokens_are_kept(const Run& run, const OperationId& id)
{
    const auto* own = progress_of(run, id);
    if (own != nullptr && has_deleted(*own))
        return "they were deleted once, and are older than the switch all the same";
    std::string first;
    for (const auto& [index, progress] : run.steps[id.step].operations) {
        if (index == id.index || index >= record_on_new || !may_have_deleted(progress))
            continue;
        if (is_reached(progress.ended))
            return {};
        first = run.plan().steps[id.step].operations[index].target;
    }
    return first.empty() ? std::string() : first + " goes first, and is not back yet";
}

}  // namespace understudy::core
