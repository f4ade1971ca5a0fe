/// One operation under way: where it is in its table, and what keeps it there.
#pragma once

#include "core/acting_settings.hpp"
#include "core/assess.hpp"
#include "core/ledger.hpp"
#include "core/operation_machine.hpp"

#include <optional>
#include <string>

namespace understudy::core {

/// Who we are: the age of an effect is measured on one boot's clock only.
struct Process {
    std::string boot_id;
    std::string id;  ///< Random: nobody else's, not even a copy's of this installation.
};

/// When an effect of that attempt can no longer land: its own deadline and the server's are over,
/// or its sender's kernel is. Empty: it has a definite reply.
std::optional<Instant> open_until(
    const Attempt& attempt, const EffectSettings& settings, const Process& process);

class Execution {
public:
    Execution(OperationId id, Operation operation);

    const OperationId& id() const noexcept { return id_; }
    const Operation& operation() const noexcept { return operation_; }
    OperationState state() const noexcept { return state_; }
    bool has_ended() const noexcept { return is_final(state_); }
    /// Under way: its effect was sent, or is about to be, and it has not settled yet.
    bool is_at_work() const noexcept { return acted_ && !settled_ && !has_ended(); }
    /// Its effect was seen to do no harm: its goal is there, or what it restarted is Available
    /// again. That it has not arrived then may have reasons of its own, which do not hold the
    /// others up.
    bool has_settled() const noexcept { return settled_; }
    Finding finding() const noexcept { return assessment_.finding; }
    const Assessment& assessment() const noexcept { return assessment_; }
    const Facts& facts() const noexcept { return facts_; }
    std::string in_words() const;

    /// What earlier attempts left open, in this process or before it.
    void recall(
        const std::vector<Attempt>& attempts,
        const EffectSettings& settings,
        const Process& process);
    void recall_end(OperationState state, std::string detail);

    /// Takes the transition of the table; false when the event means nothing here.
    bool move(OperationEvent event);
    /// What a reading means now. `may_start`: nothing else keeps the effect back.
    OperationEvent judge(
        const Observation& observation, AssessContext context, bool may_start, Instant now);
    void pause_until(Instant wake) { wake_ = wake; }
    Instant wake_at() const noexcept { return wake_; }

    /// `open_for`: so long after `now` nothing of the effect can land any more.
    std::uint32_t begin_attempt(Instant now, Duration open_for);
    void effect_ended(
        EffectResult result,
        const std::string& detail,
        Duration retry_after,
        Instant now,
        const EffectSettings& settings);
    std::uint32_t attempts() const noexcept { return attempts_; }
    /// Since it was last begun: people who resume a run have changed something.
    std::uint32_t tries() const noexcept { return tries_; }

private:
    OperationEvent judge_satisfied(Instant now);

    OperationId id_;
    Operation operation_;
    OperationState state_ = OperationState::queued;
    Assessment assessment_;
    Facts facts_;
    std::string last_effect_;
    Instant wake_{};
    std::optional<Instant> satisfied_since_;
    std::optional<Instant> open_until_;  ///< An effect of ours may still land until then.
    Instant not_before_{};               ///< A refusal asks for patience.
    std::uint32_t attempts_ = 0;         ///< Of the run, over all processes: the last one's number.
    std::uint32_t tries_ = 0;
    bool acted_ = false;    ///< An effect was sent by this run.
    bool settled_ = false;  ///< The last one has.
    bool applied_ = false;  ///< One of them was answered with success.
    bool failed_ = false;   ///< The operator's program, and it did not ask to be run again.
};

}  // namespace understudy::core
