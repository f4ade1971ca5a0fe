#include "people.hpp"

#include "bastion.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::RunState;
using namespace std::chrono_literals;

People::People(Stage& stage, Bastion& bastion)
    : stage_(stage), bastion_(bastion), random_(stage.seed, "people")
{}

void People::begin() { stage_.plan(random_.between(1min, 2min), EventKind::people_look); }

void People::look()
{
    stage_.plan(random_.between(40s, 3min), EventKind::people_look);
    if (!bastion_.is_running() || bastion_.is_stopped())
        return;
    if (const auto* run = bastion_.runs().ledger().open_run(); run != nullptr)
        attend_to(*run);
    else if (!bastion_.runs().ledger().runs().empty())
        after_runs();
}

void People::ask(const std::string& verb, std::uint64_t run, const std::string& plan_hash)
{
    core::run_event::Command command;
    command.verb = verb;
    command.by = "bob";
    command.reason = "as the runbook says";
    command.run = run;
    command.plan_hash = plan_hash;
    bastion_.ask(std::move(command));
}

void People::attend_to(const core::Run& run)
{
    switch (run.state) {
    case RunState::awaiting_approval:
        if (random_.chance(100))
            return ask("approve", run.epoch(), "0123456789abcdef");
        if (random_.chance(100))
            return ask("abort", run.epoch());
        if (random_.chance(500)) {
            stage_.oracle.may_approve(run.epoch());
            return ask("approve", run.epoch(), run.created.plan_hash);
        }
        return;
    case RunState::parked: return attend_to_parked(run);
    case RunState::held:
        if (random_.chance(300))
            return ask("release", 0);
        return;
    case RunState::running:
    case RunState::done:
    case RunState::degraded:
    case RunState::undone:
    case RunState::aborted:
    case RunState::expired:
    case RunState::abandoned: return;
    }
}

void People::attend_to_parked(const core::Run& run)
{
    const auto drawn = random_.below(10);
    if (bastion_.fires("UnderstudyActingImpossible") && drawn < 5)
        return ask("takeover", 0);
    if (drawn < 5)
        return ask("resume", run.epoch());
    if (drawn == 5)
        return ask("undo", run.epoch());
    if (drawn == 6)
        return ask("abort", run.epoch());
    if (drawn == 7)
        waive(run);
}

/// Whoever signs that the old plane need not be fenced has looked, and it takes no writes.
void People::waive(const core::Run& run)
{
    const auto old_plane = index_in(plane_names, run.plan().old_plane).value_or(0);
    if (stage_.world.is_active(old_plane, stage_.now))
        return;
    core::run_event::Command command;
    command.verb = "waive";
    command.by = "bob";
    command.reason = "it is switched off";
    command.plane = run.plan().old_plane;
    bastion_.ask(std::move(command));
}

void People::after_runs()
{
    if (bastion_.runs().ledger().is_armed())
        return;
    if (random_.chance(200))
        ask("rearm", 0);
}

}  // namespace understudy::simulation
