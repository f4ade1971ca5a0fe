/// Finding one's way in a run's plan and progress. For runs*.cpp and ways_on.cpp alone.
#pragma once

#include "core/ledger.hpp"
#include "core/operation_machine.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace understudy::core {

inline const Step* step_named(const Plan& plan, std::string_view name)
{
    const auto found = std::ranges::find(plan.steps, name, &Step::name);
    return found == plan.steps.end() ? nullptr : &*found;
}

inline std::uint32_t index_of(const Plan& plan, const Step& step)
{
    return static_cast<std::uint32_t>(&step - plan.steps.data());
}

inline const OperationProgress* progress_of(const Run& run, const OperationId& id)
{
    const auto& operations = run.steps[id.step].operations;
    const auto found = operations.find(id.index);
    return found == operations.end() ? nullptr : &found->second;
}

inline bool was_passed_over(const Run& run, const OperationId& id)
{
    const auto* progress = progress_of(run, id);
    return progress != nullptr && is_passed_over(progress->ended);
}

inline bool was_waived(const Run& run, const OperationId& id)
{
    const auto* progress = progress_of(run, id);
    return progress != nullptr && progress->ended == waived;
}

/// The step from which there is no return has ended: the old plane's database is not the only one
/// any more that may take writes.
inline bool has_promoted(const Run& run)
{
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (run.plan().steps[i].point_of_no_return && run.steps[i].ended_at)
            return true;
    }
    return false;
}

/// Does the plan do something only with a human's word?
inline bool asks_for_approval(const Plan& plan)
{
    return std::ranges::any_of(plan.steps, [](const Step& step) {
        return std::ranges::any_of(step.operations, [](const Operation& operation) {
            return !operation.parameter("tokens").empty();
        });
    });
}

inline bool is_record(const OperationId& id) { return id.index >= record_on_new; }

}  // namespace understudy::core
