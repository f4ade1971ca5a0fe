#include "sample_runs.hpp"

#include <string>
#include <utility>

namespace understudy::testing {

using namespace core;

namespace {

enum StepIndex : std::uint32_t { quiet, fence, promote, switch_name, retire, rejoin };

Operation operation(OperationKind kind, std::string target, std::string object, std::string command)
{
    Operation result;
    result.kind = kind;
    result.target = std::move(target);
    result.object = std::move(object);
    result.command = std::move(command);
    return result;
}

Operation scale_to_zero(const std::string& name)
{
    auto result = operation(
        OperationKind::scale, "east", name,
        "kubectl --context east -n tsb scale deployment " + name + " --replicas 0");
    result.parameters["replicas"] = "0";
    return result;
}

Step step(std::string name, std::vector<Operation> operations)
{
    Step result;
    result.name = std::move(name);
    result.title = "Step " + result.name;
    result.operations = std::move(operations);
    result.expected = 2s;
    return result;
}

/// Writes a journal and folds it, as the daemon does.
class Journal {
public:
    explicit Journal(std::uint64_t epoch) : epoch_(epoch) {}

    void at(Duration since_noon, RecordBody body)
    {
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(since_noon);
        ledger_.apply(Record{noon + since, std::move(body)});
    }
    void created(const std::string& by)
    {
        RunCreated body;
        body.epoch = epoch_;
        body.plan = sample_plan();
        body.plan_hash = "0123456789abcdef";
        body.by = by;
        body.reason = "the plane is dead";
        body.evidence = "api down: connect_refused; database down: no_primary";
        body.suspected_at = noon - 20s;
        body.failed_at = noon - 10s;
        at(0s, body);
    }
    void begun(std::uint32_t step, Duration when) { at(when, StepBegan{epoch_, step, "boot", {}}); }
    void over(std::uint32_t step, Duration when) { at(when, StepEnded{epoch_, step}); }
    void tried(std::uint32_t step, std::uint32_t index, EffectResult result, Duration when)
    {
        const OperationId id{epoch_, step, index};
        at(when - 1s, Intent{id, 1, "boot", {}, 8s, {{"replicas", "2"}}});
        at(when, EffectEnded{id, 1, result, "HTTP 200 from api.east"});
    }
    void ended(std::uint32_t step, std::uint32_t index, OperationState state, Duration when)
    {
        at(when, OperationEnded{{epoch_, step, index}, std::string(name_of(state)), "seen"});
    }
    void changed(RunState state, std::string why, Duration when)
    {
        at(when, RunChanged{epoch_, state, "understudy", std::move(why)});
    }
    RunsReport report() const
    {
        RunsReport result;
        result.now.wall = noon + 60s;
        result.runs = ledger_.runs();
        for (const auto& [id, obligation] : ledger_.obligations())
            result.obligations.push_back(obligation);
        result.acting.armed = ledger_.is_armed();
        result.acting.why_not_armed = "run " + std::to_string(epoch_) + " ended";
        result.generation = ledger_.generation();
        return result;
    }

private:
    std::uint64_t epoch_;
    Ledger ledger_;
};

/// Up to where the name is switched.
Journal switched_run()
{
    Journal journal(7);
    journal.created("automatic");
    journal.changed(RunState::running, "", 0s);
    journal.begun(quiet, 0s);
    journal.ended(quiet, 0, OperationState::reached, 1s);
    journal.over(quiet, 1s);
    journal.begun(fence, 1s);
    journal.tried(fence, 0, EffectResult::applied, 3s);
    journal.ended(fence, 0, OperationState::reached, 4s);
    journal.tried(fence, 1, EffectResult::applied, 4s);
    return journal;
}

void go_on_from_fence(Journal& journal)
{
    journal.over(fence, 5s);
    journal.begun(promote, 5s);
    journal.tried(promote, 0, EffectResult::applied, 7s);
    journal.ended(promote, 0, OperationState::reached, 12s);
    journal.over(promote, 12s);
    journal.begun(switch_name, 12s);
    journal.ended(switch_name, 0, OperationState::reached, 13s);
    journal.over(switch_name, 13s);
    journal.begun(retire, 13s);
    journal.ended(retire, 0, OperationState::reached, 15s);
    journal.over(retire, 15s);
    journal.begun(rejoin, 15s);
    journal.ended(rejoin, 0, OperationState::reached, 20s);
}

}  // namespace

Plan sample_plan()
{
    Plan plan;
    plan.old_plane = "east";
    plan.new_plane = "west";
    plan.generation = 6;
    auto name = operation(OperationKind::switch_name, "floating", "active.example.com", "nsupdate");
    name.parameters["to"] = "west.example.com";
    plan.steps = {
        step(
            "quiet-standby",
            {operation(OperationKind::compare_content, "west", "", "tctl get clusters")}),
        step("fence", {scale_to_zero("tsb"), scale_to_zero("iam")}),
        step(
            "promote",
            {operation(OperationKind::promote, "west", "managementplane", "kubectl patch")}),
        step("switch-name", {name}),
        step("retire", {scale_to_zero("central")}),
        step(
            "rejoin", {operation(OperationKind::rejoin, "c1", "edge", "kubectl rollout restart"),
                       operation(OperationKind::rejoin, "c2", "edge", "kubectl rollout restart")})};
    plan.steps[promote].point_of_no_return = true;
    plan.steps[rejoin].on_failure = OnFailure::tolerate;
    return plan;
}

RunsReport report_of_done_run()
{
    auto journal = switched_run();
    journal.ended(fence, 1, OperationState::reached, 5s);
    go_on_from_fence(journal);
    journal.ended(rejoin, 1, OperationState::reached, 24s);
    journal.over(rejoin, 25s);
    journal.changed(RunState::done, "every control plane was seen at west", 25s);
    return journal.report();
}

RunsReport report_of_degraded_run()
{
    auto journal = switched_run();
    journal.ended(fence, 1, OperationState::passed_over, 5s);
    journal.at(
        5s, ObligationOwed{{7, fence, 1}, "east", scale_to_zero("iam"), "east did not answer"});
    go_on_from_fence(journal);
    journal.ended(rejoin, 1, OperationState::passed_over, 50s);
    journal.over(rejoin, 50s);
    journal.changed(RunState::degraded, "c2 is missing", 50s);
    return journal.report();
}

RunsReport report_of_parked_run()
{
    Journal journal(8);
    journal.created("user alice (uid 1000)");
    journal.changed(RunState::running, "", 0s);
    journal.begun(quiet, 0s);
    journal.ended(quiet, 0, OperationState::reached, 1s);
    journal.over(quiet, 1s);
    journal.begun(fence, 1s);
    journal.ended(fence, 0, OperationState::reached, 4s);
    journal.tried(fence, 1, EffectResult::refused, 4s);
    journal.ended(fence, 1, OperationState::stopped, 30s);
    journal.changed(RunState::parked, "iam of east: forbidden", 30s);
    return journal.report();
}

}  // namespace understudy::testing
