// What leaves a bastion, and what it does.
#include <algorithm>
#include <utility>

#include "bastion.hpp"
#include "oracle.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::EffectResult;
using core::OperationKind;
using core::OperationState;
using core::run_effect::Perform;
using namespace std::chrono_literals;

namespace {

std::string name_of_object(const core::Operation& operation)
{
    return std::string(name_of(operation.kind)) + " " + operation.target + " " + operation.object;
}

/// The last record of that operation's end; null: none.
const core::OperationEnded* end_of(
    const std::vector<core::Record>& records, const core::OperationId& id)
{
    const core::OperationEnded* last = nullptr;
    for (const auto& record : records) {
        const auto* ended = std::get_if<core::OperationEnded>(&record.body);
        if (ended != nullptr && ended->id == id)
            last = ended;
    }
    return last;
}

bool has_durable_intent(const std::vector<core::Record>& records, const Perform& order)
{
    return std::ranges::any_of(records, [&](const core::Record& record) {
        const auto* intent = std::get_if<core::Intent>(&record.body);
        return intent != nullptr && intent->id == order.id && intent->attempt == order.attempt;
    });
}

}  // namespace

void Oracle::sends(const Bastion& bastion, const Perform& order)
{
    ++stage_.statistics.effects;
    stage_.trace.say(
        stage_.now, "sends",
        text_of(order.id) + " #" + std::to_string(order.attempt) + " " +
            name_of_object(order.operation));
    auto& book = book_of(bastion);
    const auto text = "operation " + text_of(order.id);
    if (book.may_not_act)
        violate("J3", text + " is sent although the journal is not to be relied on");
    if (bastion.acting_settings().mode == core::Mode::observe)
        violate("D6", text + " is sent in mode observe");
    if (!has_durable_intent(bastion.belongings.disk.records(), order))
        violate("X3", text + " is sent before its intent is durable");
    if (bastion.now().instant > order.started_at + order.deadline + 1s)
        violate("X5", text + " is sent after its deadline");
    const auto found = book.runs.find(order.id.epoch);
    if (found == book.runs.end())
        return violate("X8", text + " is of no run");
    check_planned(found->second, order);
    // What is owed is paid to a plane that came back.
    if (!book.owed.contains(order.id))
        check_still_due(found->second, order);
    check_fenced(bastion, found->second, order);
    check_alone(bastion, book, order);
}

void Oracle::check_planned(const SeenRun& run, const Perform& order)
{
    const auto& steps = run.plan.steps;
    if (order.operation.kind == OperationKind::record)
        return;
    auto planned = order.operation;
    planned.parameters.erase("effect");
    const bool is_planned = order.id.step < steps.size() &&
                            order.id.index < steps[order.id.step].operations.size() &&
                            steps[order.id.step].operations[order.id.index] == planned;
    if (!is_planned)
        violate("X8", "operation " + text_of(order.id) + " is not of the plan");
}

/// Whatever kept the run waiting, the plane that it stops must not have recovered meanwhile.
void Oracle::check_still_due(SeenRun& run, const Perform& order)
{
    constexpr core::Duration seen_by_now = 3min;
    const auto& steps = run.plan.steps;
    const bool is_fence = order.operation.kind == OperationKind::scale &&
                          order.id.step < steps.size() && steps[order.id.step].name == "fence";
    if (!is_fence || std::exchange(run.has_fenced, true) || !run.is_automatic)
        return;
    const auto& served = planes_[index_in(plane_names, run.plan.old_plane).value_or(0)];
    if (served.good_since && stage_.now - *served.good_since > seen_by_now)
        violate(
            "D1", "operation " + text_of(order.id) + " stops " + run.plan.old_plane +
                      ", which has long served again");
}

/// Before the promotion: each of the fence's operations was seen to hold, just now, or a human
/// signed for it.
void Oracle::check_fenced(const Bastion& bastion, const SeenRun& run, const Perform& order)
{
    constexpr core::Duration just_now = 45s;
    const auto& steps = run.plan.steps;
    const bool is_promotion = order.id.step < steps.size() &&
                              order.id.index < core::record_on_new &&
                              steps[order.id.step].point_of_no_return;
    const auto fence = std::ranges::find(steps, "fence", &core::Step::name);
    if (!is_promotion)
        return;
    if (order.attempt > 1)
        stage_.statistics.reach(Sometimes::promotion_repeated);
    if (fence == steps.end())
        return violate("X2", "promotes without any fence");
    const auto old_plane = index_in(plane_names, run.plan.old_plane).value_or(0);
    const auto step = static_cast<std::uint32_t>(fence - steps.begin());
    for (std::uint32_t i = 0; i < fence->operations.size(); ++i) {
        const auto* ended = end_of(bastion.belongings.disk.records(), {order.id.epoch, step, i});
        if (ended != nullptr && core::is_passed_over(ended->state)) {
            if (run.plan.waiver.by.empty() && !is_waived_)
                violate("X2", "promotes past a fence that nobody signed for");
            continue;
        }
        const auto name = index_in(deployment_names, fence->operations[i].object).value_or(0);
        const auto& deployment = stage_.world.planes[old_plane].deployments[name];
        if (ended == nullptr)
            violate("X2", "promotes before " + fence->operations[i].object + " was fenced");
        else if (stage_.now - deployment.seen_stopped > just_now)
            violate("X2", "promotes on an old sight of " + fence->operations[i].object);
    }
}

/// An effect is not repeated while it may still land. Effects of two operations on one object are
/// kept apart by its version.
void Oracle::check_alone(const Bastion& bastion, Book& book, const Perform& order)
{
    auto& sent = book.sent[order.id];
    const bool same_boot = sent.boot == bastion.boots();
    if (!sent.is_definite && same_boot && stage_.now < sent.may_land_until)
        violate(
            "X7", "operation " + text_of(order.id) +
                      " is sent again while its first effect may still land");
    const auto left = order.started_at + order.deadline - bastion.now().instant;
    // Less a little, for clocks that run too fast.
    const auto open = left + bastion.acting_settings().effect.server_limit - 100ms;
    sent = {stage_.now + open, false, bastion.boots()};
}

void Oracle::lands(const Bastion& bastion, const Perform& order, const Reception& reception)
{
    stage_.trace.say(
        stage_.now, "lands",
        text_of(order.id) + ": " + (reception.is_stored ? "stored" : "not stored") + ", " +
            std::string(name_of(reception.result)) + " " + reception.detail);
    auto& reach = stage_.statistics;
    if (reception.detail == "409" || reception.detail == "NXRRSET")
        reach.reach(Sometimes::effect_refused_as_stale);
    if (!bastion.is_running())
        reach.reach(Sometimes::effect_landed_after_its_sender_died);
    if (reception.result == EffectResult::unknown)
        reach.reach(
            reception.is_stored ? Sometimes::effect_unknown_though_stored
                                : Sometimes::effect_unknown_and_not_stored);
    if (!reception.is_stored)
        return;
    auto& epoch = epochs_[name_of_object(order.operation)];
    if (order.id.epoch < epoch)
        violate("X4", "operation " + text_of(order.id) + " overwrites what a newer epoch wrote");
    epoch = std::max(epoch, order.id.epoch);
    check_landing(bastion, order);
}

void Oracle::check_landing(const Bastion& bastion, const Perform& order)
{
    const auto& book = book_of(bastion);
    const auto found = book.runs.find(order.id.epoch);
    if (found == book.runs.end() || order.operation.kind != OperationKind::scale)
        return;
    const auto& run = found->second;
    const bool is_debt = book.owed.contains(order.id) && run.ended_at;
    const auto target = index_in(plane_names, order.operation.target).value_or(0);
    const bool goes_up = order.operation.parameter("replicas") != "0";
    if (goes_up && run.plan.kind == core::RunKind::failover &&
        order.operation.target == run.plan.old_plane)
        violate("X14", "a failover gives " + run.plan.old_plane + " its writers back");
    if (!goes_up && is_debt && book.active == order.operation.target)
        violate("X14", "an old debt stops the plane that is active now");
    if (!is_debt && run.ended_at && stage_.now - *run.ended_at > order.deadline + 7s)
        violate("X13", "operation " + text_of(order.id) + " lands after its run");
    if (!goes_up && is_debt && stage_.world.names.plane() == target &&
        stage_.now - stage_.world.names.changed_at() > 1min)
        violate("X14", "an old debt stops the plane that the name leads to");
}

void Oracle::effect_ended(const Bastion& bastion, const Perform& order, EffectResult result)
{
    auto& sent = book_of(bastion).sent[order.id];
    sent.is_definite = result != EffectResult::unknown;
}

}  // namespace understudy::simulation
