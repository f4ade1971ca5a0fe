#include "daemon/operation_text.hpp"

#include <fmt/format.h>

namespace understudy {

namespace {

std::string scale_goal(const core::Operation& operation)
{
    const auto replicas = operation.parameter("replicas");
    if (!operation.parameter("at_least").empty())
        return fmt::format(
            "have deployment {} of {} at {} or more", operation.object, operation.target, replicas);
    return fmt::format(
        "scale deployment {} of {} to {}", operation.object, operation.target, replicas);
}

std::string suspend_goal(const core::Operation& operation)
{
    const auto* verb = operation.parameter("suspend") == "false" ? "resume" : "suspend";
    return fmt::format("{} cron job {} of {}", verb, operation.object, operation.target);
}

}  // namespace

std::string goal_of(const core::Operation& operation)
{
    using core::OperationKind;
    const auto& target = operation.target;
    const auto& object = operation.object;
    switch (operation.kind) {
    case OperationKind::record:
        return fmt::format("write our claim and the run's cursor into {}", target);
    case OperationKind::suspend_cron_job: return suspend_goal(operation);
    case OperationKind::await_jobs:
        return fmt::format("let the running jobs of {} of {} end", object, target);
    case OperationKind::compare_content:
        return fmt::format("compare what {} holds with what was last seen of the active", target);
    case OperationKind::rehearse_promotion:
        return fmt::format("rehearse the promotion of {} (dry run)", target);
    case OperationKind::scale: return scale_goal(operation);
    case OperationKind::promote: return fmt::format("promote {}", target);
    case OperationKind::await_primary:
        return fmt::format("see one writable primary of {} of {}, and see it stay", object, target);
    case OperationKind::serve: return fmt::format("see {} serve at its own name", target);
    case OperationKind::switch_name:
        return fmt::format("point {} to {}", object, operation.parameter("to"));
    case OperationKind::resolve_name:
        return fmt::format("see the local resolver answer the new plane for {}", object);
    case OperationKind::rejoin: return fmt::format("see control plane {} at the new plane", target);
    case OperationKind::hook: return fmt::format("run hook {}", object);
    }
    return object;
}

}  // namespace understudy
