#include "example_records.hpp"

#include <array>
#include <cstdint>

namespace understudy::core {

namespace {

constexpr WallTime wall(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }
constexpr Instant since_boot(Duration age) { return Instant(age); }

Operation scale_down()
{
    Operation operation;
    operation.kind = OperationKind::scale;
    operation.target = "east";
    operation.object = "tsb";
    operation.parameters = {{"namespace", "tsb"}, {"replicas", "0"}};
    operation.command = "kubectl -n tsb scale deployment tsb --replicas=0";
    operation.stable_for = 5s;
    return operation;
}

Operation promote()
{
    Operation operation;
    operation.kind = OperationKind::promote;
    operation.target = "west";
    operation.object = "managementplane";
    operation.command = "kubectl patch \\\n\t--type merge";
    return operation;
}

Step fence()
{
    Step step;
    step.name = "fence";
    step.title = "The old plane's writers are stopped";
    step.operations = {scale_down()};
    step.concurrency = 2;
    step.delay = 1ms;
    step.deadline = 90s;
    step.expected = 3s;
    step.on_failure = OnFailure::fence;
    return step;
}

Step promotion()
{
    Step step;
    step.name = "promote";
    step.operations = {promote()};
    step.first_alone = true;
    step.point_of_no_return = true;
    return step;
}

RunCreated run_created()
{
    RunCreated run;
    run.epoch = 7;
    run.plan = example_plan();
    run.plan_hash = "0123456789abcdef";
    run.by = "automatic";
    run.reason = "every class of east is down";
    run.evidence = "api: down\nagents: down";
    run.needs_approval = true;
    run.suspected_at = wall(1'790'000'000'000);
    run.failed_at = wall(1'790'000'003'000);
    run.accepted = "we lose ten seconds";
    run.undoes = 6;
    return run;
}

Intent intent()
{
    Intent intent;
    intent.id = {7, 2, 1};
    intent.attempt = 3;
    intent.boot_id = "0a1b";
    intent.started_at = since_boot(1234s + 5ns);
    intent.deadline = 8s;
    intent.before = {{"replicas", "2"}};
    return intent;
}

std::vector<RecordBody> example_bodies()
{
    return {
        Opened{"bastion-1"},
        run_created(),
        RunChanged{7, RunState::parked, "operator", "east/tsb: 403"},
        intent(),
        EffectEnded{{7, 2, 1}, 3, EffectResult::unknown, "no answer in 8 s"},
        OperationEnded{{7, 2, 1}, "reached", "0 replicas, 0 pods"},
        StepBegan{7, 2, "0a1b", since_boot(1233s)},
        RolesSwapped{7, "west", "automatic", "run 7"},
        HoldSet{wall(1'790'000'600'000), "operator", "maintenance"},
        HoldReleased{"operator"},
        Armed{"operator", "standby is fit"},
        ObligationOwed{{7, 2, 1}, "west", scale_down(), "east did not answer"},
        ObligationEnded{{7, 2, 1}, "paid", "automatic", "0 replicas"},
        StepEnded{7, 2},
        TookOver{9, "bastion-2", "operator", "that bastion is gone"},
        TakenUp{7, "0c2d"},
        Approved{7, "ada", "they stay refused"}};
}

std::uint64_t fnv(std::string_view bytes, std::uint64_t sum)
{
    for (const char c : bytes)
        sum = (sum ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    return sum;
}

}  // namespace

std::string test_hash(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        auto sum = fnv(bytes, seed * 0xcbf29ce484222325ULL);
        for (int i = 0; i < 16; ++i, sum >>= 4U)
            text += digits[sum & 15U];
    }
    return text;
}

Plan example_plan()
{
    Plan plan;
    plan.variant = Variant::restore;
    plan.old_plane = "east";
    plan.new_plane = "west";
    plan.generation = 6;
    plan.when_unfenceable = WhenUnfenceable::proceed_if_dark;
    plan.dark_for = 10min;
    plan.waiver = {"the owner", "the standby is enough", "2026-01-01"};
    plan.loss = {{"standby_fresh"}, 1024, wall(1'789'999'990'000), "iam-signing-key differs"};
    plan.steps = {fence(), promotion()};
    return plan;
}

Plan big_plan(std::size_t operations)
{
    auto plan = example_plan();
    plan.steps.front().operations.clear();
    for (std::size_t i = 0; i < operations; ++i) {
        auto operation = scale_down();
        operation.object = "deployment-" + std::to_string(i);
        plan.steps.front().operations.push_back(operation);
    }
    return plan;
}

std::vector<Record> example_records()
{
    std::vector<Record> records;
    for (auto& body : example_bodies()) {
        const auto seconds = static_cast<std::int64_t>(records.size());
        records.push_back({wall(1'790'000'000'123 + 1000 * seconds), std::move(body)});
    }
    return records;
}

std::vector<JournalRow> sealed(const std::vector<Record>& records)
{
    JournalChain chain(test_hash);
    std::vector<JournalRow> rows;
    for (const auto& record : records)
        rows.push_back(chain.seal(record));
    return rows;
}

}  // namespace understudy::core
