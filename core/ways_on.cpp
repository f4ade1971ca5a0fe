#include "core/ways_on.hpp"

#include "core/run_steps.hpp"

#include <algorithm>

namespace understudy::core {

namespace {

enum class Which : std::uint8_t { what_is_left, everything };

void add_commands(
    std::vector<std::string>& commands, const Run& run, std::uint32_t step, Which which)
{
    const auto& operations = run.plan().steps[step].operations;
    for (std::uint32_t i = 0; i < operations.size(); ++i) {
        const auto* progress = progress_of(run, {run.epoch(), step, i});
        const bool is_there = progress != nullptr && is_reached(progress->ended);
        if ((which == Which::everything || !is_there) && !operations[i].command.empty())
            commands.push_back(operations[i].command);
    }
}

/// While nothing was changed yet it is the old plane that the run waits for.
std::uint32_t step_at_hand(const Run& run, const Step* fence)
{
    const bool waits_for_fence = !run.has_intent() && fence != nullptr;
    return waits_for_fence ? index_of(run.plan(), *fence)
                           : static_cast<std::uint32_t>(run.cursor());
}

std::string subcommand(const Run& run, std::string_view verb)
{
    return "`understudy " + std::string(verb) + " " + std::to_string(run.epoch());
}

/// How it can be ended instead; empty when it only goes forward.
std::string way_back(const Run& run)
{
    if (run.plan().kind == RunKind::undo || run.is_past_point_of_no_return())
        return {};
    return run.has_intent() ? subcommand(run, "undo") + " --reason TEXT`"
                            : subcommand(run, "abort") + "`";
}

/// What the record's epoch is newer than can never go on: a new run has to.
std::string ways_on_from_foreign(const Run& run)
{
    const auto back = way_back(run);
    return ". Find out who acts. When that installation is gone for good: `understudy takeover "
           "--reason TEXT`, then " +
           (back.empty() ? "look at both planes, and `understudy adopt --active PLANE --reason "
                           "TEXT` says which one is active"
                         : back + " and a new `understudy failover`") +
           ".";
}

}  // namespace

std::vector<std::string> manual_commands(const Run& run)
{
    std::vector<std::string> commands;
    if (run.why.starts_with(gates_have_closed) || run.why.starts_with(record_is_foreign))
        return commands;
    const auto& plan = run.plan();
    const auto* fence = step_named(plan, "fence");
    const auto at = step_at_hand(run, fence);
    if (at >= plan.steps.size())
        return commands;
    if (plan.steps[at].point_of_no_return && fence != nullptr)
        add_commands(commands, run, index_of(plan, *fence), Which::everything);
    add_commands(commands, run, at, Which::what_is_left);
    return commands;
}

std::string by_hand(const Run& run)
{
    std::string text = "By hand:";
    for (const auto& command : manual_commands(run))
        text += "\n  " + command;
    return text;
}

std::string ways_on(const Run& run)
{
    if (run.why.starts_with(record_is_foreign))
        return ways_on_from_foreign(run);
    const auto first = run.why.starts_with(gates_have_closed)
                           ? "It goes no further before they are open. Then "
                           : by_hand(run) + "\nThen ";
    const auto back = way_back(run);
    return ". " + first + subcommand(run, "resume") + "`" + (back.empty() ? "" : ", or " + back) +
           ".";
}

}  // namespace understudy::core
