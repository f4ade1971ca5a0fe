// An open run before its fence: whatever is found wrong now has stopped nothing.
#include "core/run_steps.hpp"
#include "core/runs.hpp"
#include "core/ways_on.hpp"

namespace understudy::core {

namespace {

/// So long a gate may be closed by an outcome or two.
constexpr Duration closed_for_good = 30s;

/// A fence that was passed over has not stopped anything: until the promotion the old plane may
/// serve again.
bool has_begun_to_fence(const Run& run)
{
    const auto* fence = step_named(run.plan(), "fence");
    if (fence == nullptr || run.is_past_point_of_no_return())
        return true;
    const auto& progress = run.steps[index_of(run.plan(), *fence)];
    const auto is_tried = [](const OperationProgress& operation) {
        return !operation.attempts.empty() || is_reached(operation.ended);
    };
    return std::ranges::any_of(progress.operations, [&](const auto& entry) {
        return entry.first < record_on_new && is_tried(entry.second);
    });
}

}  // namespace

void Runs::begin_run(const Run& run)
{
    present_ = {};
    present_.epoch = run.epoch();
    const auto* fence = step_named(run.plan(), "fence");
    // Once something was intended the run only goes forward: then there is nothing to look at
    // first.
    if (fence == nullptr || run.has_intent()) {
        present_.looked = true;
        return;
    }
    const auto step = index_of(run.plan(), *fence);
    for (std::uint32_t i = 0; i < fence->operations.size(); ++i) {
        const OperationId id{run.epoch(), step, i};
        if (!was_passed_over(run, id))
            present_.guards.emplace_back(id, fence->operations[i]);
    }
}

/// Until the fence begins: is what the run was created for still so? A hold, an approval, a human
/// or a dead process may have kept it waiting for long, and the old plane may serve again.
bool Runs::gates_are_open(const Run& run, Now now)
{
    if (run.plan().kind != RunKind::failover || has_begun_to_fence(run))
        return true;
    // The judge opened them when this process created the run; after a restart it has to look.
    if (picture_.run != run.epoch())
        return recalled_run_ != run.epoch();
    const bool was_asked = run.created.by != by_itself;
    const auto& closed = was_asked ? picture_.closed_asked : picture_.closed;
    if (closed.empty() || !picture_.settled) {
        present_.closed_since.reset();
        return closed.empty();
    }
    present_.closed_since = present_.closed_since.value_or(now.instant);
    if (now.instant - *present_.closed_since > closed_for_good)
        stop_before_fence(run, std::string(gates_have_closed) + closed, now);
    return false;
}

/// What has changed nothing is called off; the rest is for people to undo.
void Runs::stop_before_fence(const Run& run, const std::string& why, Now now)
{
    if (run.has_intent())
        park(run, why, RunEvent::operation_stopped, now);
    else
        change_run(run, RunEvent::abort_allowed, "", why, now);
}

/// Until the fence begins: is what the standby would lose still no more than what a human accepted?
/// From then on the old plane adds nothing to it.
bool Runs::loss_is_accepted(const Run& run, Now now)
{
    const auto& accepted = run.plan().loss;
    if (accepted.empty() || has_begun_to_fence(run))
        return true;
    if (!picture_.loss) {
        present_.loss_unknown_since = present_.loss_unknown_since.value_or(now.instant);
        if (now.instant - *present_.loss_unknown_since > settings_.quiet_deadline)
            refuse_loss(run, "what the standby would lose cannot be told", now);
        return false;
    }
    present_.loss_unknown_since.reset();
    if (covers(accepted, *picture_.loss))
        return true;
    refuse_loss(run, "the standby would lose " + in_words(*picture_.loss), now);
    return false;
}

void Runs::refuse_loss(const Run& run, const std::string& why, Now now)
{
    auto text = why + "; accepted was " + in_words(run.plan().loss) +
                ". Look at `understudy plan` again for a new run";
    if (run.has_intent())
        text += ", after `understudy undo " + std::to_string(run.epoch()) + "`";
    stop_before_fence(run, text, now);
}

/// Before the first intent: can the old plane be fenced at all? If not, the run may have to wait,
/// or not to be, while nothing was changed yet.
bool Runs::look_first(const Run& run, Now now)
{
    if (present_.looked)
        return true;
    bool all = true;
    for (auto& execution : present_.guards) {
        all = judge_first_look(run, execution, now) && all;
        if (run.state != RunState::running)
            return false;
    }
    if (!all)
        return false;
    present_.looked = true;
    present_.guards.clear();
    return true;
}

bool Runs::judge_first_look(const Run& run, Execution& execution, Now now)
{
    const bool has_read = execution.state() == OperationState::pausing;
    if (has_read && execution.finding() != Finding::unreadable)
        return true;
    if (has_read && may_pass_over(run, execution, now))
        return true;
    if (has_read && run.plan().when_unfenceable == WhenUnfenceable::refuse) {
        declined_ = run.created.suspected_at;
        change_run(
            run, RunEvent::abort_allowed, "",
            "the old plane cannot be read, so it cannot be fenced: " + execution.in_words(), now);
        return false;
    }
    if (has_read && run.plan().when_unfenceable == WhenUnfenceable::wait_for_human) {
        park(
            run,
            "the old plane cannot be read, so it cannot be fenced, and nothing was changed: " +
                execution.in_words(),
            RunEvent::operation_stopped, now);
        return false;
    }
    drive_one(run, execution, now);
    return false;
}

}  // namespace understudy::core
