#include "core/acting_settings.hpp"
#include "core/plan_steps.hpp"

#include <algorithm>
#include <iterator>

namespace understudy::core {

namespace {

/// The operator's programs beside the step that they name. Where a program switches the name, the
/// step only looks at the result, and so comes after it.
std::vector<Step> with_hooks(const PlanParts& parts, std::vector<Step> steps)
{
    std::vector<Step> result;
    const auto add_hooks = [&](const Step& step, bool before) {
        for (const auto& hook : parts.settings.hooks) {
            const bool is_before =
                hook.before || (step.name == "switch-name" && !parts.settings.switch_name);
            if (hook.step == step.name && is_before == before)
                result.push_back(hook_step(parts, hook));
        }
    };
    for (auto& step : steps) {
        add_hooks(step, true);
        const auto at = step;
        result.push_back(std::move(step));
        add_hooks(at, false);
    }
    return result;
}

std::vector<Step> steps_of(const PlanParts& parts)
{
    std::vector<Step> steps{claim_step(parts)};
    std::ranges::move(quiet_steps(parts), std::back_inserter(steps));
    steps.push_back(fence_step(parts));
    std::ranges::move(promotion_steps(parts), std::back_inserter(steps));
    steps.push_back(serve_step(parts));
    std::ranges::move(name_steps(parts), std::back_inserter(steps));
    steps.push_back(retire_step(parts));
    steps.push_back(rejoin_step(parts));
    steps.push_back(prove_step(parts));
    return steps;
}

bool belong_together(const Before& a, const Before& b)
{
    return a.operation.kind == b.operation.kind && a.operation.target == b.operation.target;
}

/// Newest change first; neighbours of one kind and plane share a step.
std::vector<Step> undo_steps(const PlanParts& parts, const std::vector<Before>& changed)
{
    std::vector<Step> steps;
    const Before* last = nullptr;
    for (auto change = changed.rbegin(); change != changed.rend(); ++change) {
        const auto operation = undo_operation(parts, *change);
        if (!operation)
            continue;
        if (last == nullptr || !belong_together(*last, *change))
            steps.push_back(undo_step(parts, operation->kind));
        steps.back().operations.push_back(*operation);
        last = &*change;
    }
    return steps;
}

}  // namespace

Plan make_failover_plan(
    const ActingSettings& settings,
    const std::string& old_plane,
    const std::string& new_plane,
    std::uint64_t generation,
    const LastSeen& last_seen)
{
    Plan plan;
    plan.variant = settings.variant;
    plan.old_plane = old_plane;
    plan.new_plane = new_plane;
    plan.generation = generation;
    plan.when_unfenceable = settings.when_unfenceable;
    plan.dark_for = settings.dark_for;
    plan.waiver = settings.waiver;
    const PlanParts parts{settings, old_plane, new_plane, last_seen};
    plan.steps = with_hooks(parts, steps_of(parts));
    return plan;
}

std::vector<std::string> failover_step_names(Variant variant)
{
    ActingSettings settings;
    settings.variant = variant;
    std::vector<std::string> names;
    for (const auto& step : make_failover_plan(settings, {}, {}, 0).steps)
        names.push_back(step.name);
    return names;
}

Plan make_undo_plan(
    const ActingSettings& settings,
    const Plan& undone,
    const std::vector<Before>& changed,
    std::uint64_t generation)
{
    Plan plan;
    plan.kind = RunKind::undo;
    plan.variant = undone.variant;
    plan.old_plane = undone.old_plane;
    plan.new_plane = undone.new_plane;
    plan.generation = generation;
    const LastSeen nothing;  // an undo compares nothing
    const PlanParts parts{settings, undone.old_plane, undone.new_plane, nothing};
    plan.steps = {claim_step(parts)};
    std::ranges::move(undo_steps(parts, changed), std::back_inserter(plan.steps));
    return plan;
}

}  // namespace understudy::core
