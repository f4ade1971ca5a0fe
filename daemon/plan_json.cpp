#include "daemon/plan_json.hpp"

#include "daemon/json_values.hpp"
#include "daemon/operation_text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace understudy {

namespace json = boost::json;

namespace {

/// Would a run that starts now send an effect for it? What was not read may be anything.
json::value would_change(const core::Operation& operation, const core::Assessment* check)
{
    if (!has_effect(operation.kind))
        return false;
    if (check == nullptr || check->finding == core::Finding::unreadable)
        return nullptr;
    return check->finding == core::Finding::needed;
}

json::value check_json(const core::Assessment* check)
{
    if (check == nullptr)
        return nullptr;
    return json::object{{"finding", name_text(check->finding)}, {"why", check->why}};
}

json::object operation_json(
    const core::OperationId& id, const core::Operation& operation, const core::Assessment* check)
{
    return {
        {"id", text_of(id)},
        {"kind", name_text(operation.kind)},
        {"target", operation.target},
        {"object", operation.object},
        {"goal", goal_of(operation)},
        {"command", or_null(operation.command)},
        {"stable_for_s", seconds_in(operation.stable_for)},
        {"check", check_json(check)},
        {"would_change", would_change(operation, check)}};
}

/// Operations of one step run side by side: the longest counts.
core::Duration expected(const core::Step& step)
{
    core::Duration stable{};
    for (const auto& operation : step.operations)
        stable = std::max(stable, operation.stable_for);
    return step.delay + step.expected + stable;
}

json::object step_json(const core::Step& step)
{
    return {
        {"name", step.name},
        {"title", step.title},
        {"delay_s", seconds_in(step.delay)},
        {"expected_s", seconds_in(expected(step))},
        {"deadline_s", seconds_in(step.deadline)},
        {"on_failure", name_text(step.on_failure)},
        {"point_of_no_return", step.point_of_no_return}};
}

json::array steps_json(const PlanView& view, json::array& changes)
{
    json::array steps;
    for (std::uint32_t i = 0; i < view.plan.steps.size(); ++i) {
        const auto& step = view.plan.steps[i];
        json::array operations;
        for (std::uint32_t j = 0; j < step.operations.size(); ++j) {
            const core::OperationId id{view.plan.generation + 1, i, j};
            const auto found = view.checks.find(id);
            const auto* check = found == view.checks.end() ? nullptr : &found->second;
            operations.push_back(operation_json(id, step.operations[j], check));
            if (would_change(step.operations[j], check) == json::value(true))
                changes.push_back(json::value(goal_of(step.operations[j])));
        }
        auto& item = steps.emplace_back(step_json(step)).as_object();
        item["operations"] = std::move(operations);
    }
    return steps;
}

json::value point_of_no_return(const core::Plan& plan)
{
    const auto found = std::ranges::find(plan.steps, true, &core::Step::point_of_no_return);
    return found == plan.steps.end() ? json::value(nullptr) : json::value(found->name);
}

double expected_s(const core::Plan& plan)
{
    core::Duration total{};
    for (const auto& step : plan.steps)
        total += expected(step);
    return seconds_in(total);
}

}  // namespace

json::object plan_json(const PlanView& view)
{
    const auto& plan = view.plan;
    json::array changes;
    auto steps = steps_json(view, changes);
    auto obstacles = array_of(view.obstacles);
    return {
        {"kind", name_text(plan.kind)},
        {"variant", name_text(plan.variant)},
        {"old_plane", plan.old_plane},
        {"new_plane", plan.new_plane},
        {"generation", plan.generation},
        {"hash", view.hash},
        {"expected_s", expected_s(plan)},
        {"point_of_no_return", point_of_no_return(plan)},
        {"when_unfenceable", name_text(plan.when_unfenceable)},
        {"dark_for_s", seconds_in(plan.dark_for)},
        {"waiver", waiver_json(plan.waiver)},
        {"last_seen", last_seen_json(view.last_seen, view.suspected_at)},
        {"loss", loss_json(plan.loss, view.suspected_at)},
        {"steps", std::move(steps)},
        {"changes", std::move(changes)},
        {"obstacles", std::move(obstacles)}};
}

}  // namespace understudy
