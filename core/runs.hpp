/// The executor: runs, holds and obligations, as one machine. Events and the time go in, effects
/// come out; nothing is done before its intent is durable. It is the same machine in the daemon and
/// in a simulator; it owns no clock, socket, file or thread.
#pragma once

#include "core/acting.hpp"
#include "core/acting_settings.hpp"
#include "core/alerts.hpp"
#include "core/execution.hpp"
#include "core/ledger.hpp"
#include "core/run_events.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

struct RunsReport {
    Now now{};
    Acting acting;
    std::optional<Hold> hold;  ///< Only while it is on.
    std::string world_hold;    ///< Of the record in the standby's cluster; empty: none.
    std::vector<Run> runs;     ///< Oldest first.
    std::vector<Obligation> obligations;
    std::map<OperationId, std::string> doing;  ///< What each open operation is at.
    std::uint64_t generation = 0;
    bool two_active = false;
    std::string active;  ///< As the journal has it; empty: no run has changed it.
};

class Runs {
public:
    /// `journal` is everything that was durable before; `journal_problem` says why nothing may be
    /// written to it (a bad row): then nothing is ever done, and watching goes on.
    Runs(
        ActingSettings settings,
        Process process,
        Hash hash,
        const std::vector<Record>& journal,
        std::string journal_problem,
        Now now);

    /// Is an alert of that name one of the executor's?
    static bool is_alert_of_runs(std::string_view name) noexcept;
    /// An alert that was firing when the process before us ended.
    void recall_alert(const Alert& alert, WallTime starts_at) { alerts_.recall(alert, starts_at); }

    RunsEffects step(const RunsEvent& event, Now now);
    Instant wake_at() const;
    RunsReport report(Now now) const;
    const Ledger& ledger() const noexcept { return ledger_; }
    const ActingSettings& settings() const noexcept { return settings_; }

    /// What would run now: its hash is what a human names.
    Plan plan_now(const Decision& decision) const;
    std::string hash_of_plan(const Plan& plan) const { return hash_of(plan, hash_); }

private:
    /// The open run's live half: what the journal does not hold.
    struct Present {
        std::uint64_t epoch = 0;
        std::optional<std::uint32_t> step;  ///< Whose executions these are; empty: the first look.
        std::vector<Execution> guards;      ///< The fence, read again right before promotion.
        std::vector<Execution> records;     ///< The world's record, on the new and the old plane.
        std::vector<Execution> operations;
        Instant step_began{};
        std::optional<Instant> closed_since;  ///< Gates, although the judge sees well.
        std::optional<Instant> loss_unknown_since;
        bool looked = false;  ///< The fence's targets were read before the first intent.
        std::optional<Instant> guarded_since;  ///< The oldest of the guards' last readings.
    };
    struct Owed {
        Execution record;  ///< Read before each try: is the epoch in the world ours?
        Execution operation;
        bool record_is_ours = false;
    };

    // runs.cpp: what comes in, and the journal.
    void forget_if_stood_still(Now now);
    void apply(const run_event::Woke& event, Now now);
    void apply(const run_event::Due& event, Now now);
    void apply(const run_event::Command& event, Now now);
    void apply(const run_event::Observed& event, Now now);
    void apply(const run_event::Performed& event, Now now);
    void apply(const run_event::Appended& event, Now now);
    void apply(const run_event::JournalFailed& event, Now now);
    void apply(const run_event::RoomMade& event, Now now);
    void apply(const run_event::WorldHold& event, Now now);
    void apply(const run_event::Picture& event, Now now);
    void apply(const run_event::Reconfigured& event, Now now);
    void write(std::vector<RecordBody> bodies, Now now);
    void write(RecordBody body, Now now);
    void after_durable(RunsEffect effect);
    void release_durable(RunsEffect effect);
    void tell_acting(Now now);
    Acting acting(Now now) const;
    bool is_held(Now now) const;
    bool other_may_land(Now now) const;
    std::string hold_in_words(Now now) const;
    std::string cap_in_words(Now now) const;
    bool cap_reached(Now now) const;
    void say(Severity severity, std::string text);

    // runs_commands.cpp: what people ask.
    std::string why_not_start(const run_event::Command& command, Now now) const;
    static std::string why_not_accepted(const run_event::Command& command);
    void create_run(const Decision& decision, Plan plan, RunCreated created, Now now);
    void answer(
        const run_event::Command& command, bool ok, std::string text, std::uint64_t run = 0);
    void fail_over(const run_event::Command& command, Now now);
    void approve(const run_event::Command& command, Now now);
    bool has_more_to_do(const Run& run) const;
    void approve_rest(const Run& run, const run_event::Command& command, Now now);
    void abort(const run_event::Command& command, Now now);
    void resume(const run_event::Command& command, Now now);
    void undo(const run_event::Command& command, Now now);
    void rearm(const run_event::Command& command, Now now);
    void hold(const run_event::Command& command, Now now);
    void release(const run_event::Command& command, Now now);
    void adopt(const run_event::Command& command, Now now);
    void waive(const run_event::Command& command, Now now);
    void take_over(const run_event::Command& command, Now now);

    // runs_running.cpp: the open run; runs_starting.cpp: before its first intent; runs_step.cpp:
    // what a step is made of.
    void advance(Now now);
    void take_up(const Run& run, Now now);
    void expire(const Run& run, Now now);
    void update_hold(const Run& run, Now now);
    void begin_run(const Run& run);
    bool gates_are_open(const Run& run, Now now);
    void stop_before_fence(const Run& run, const std::string& why, Now now);
    bool loss_is_accepted(const Run& run, Now now);
    void refuse_loss(const Run& run, const std::string& why, Now now);
    bool look_first(const Run& run, Now now);
    bool judge_first_look(const Run& run, Execution& execution, Now now);
    void begin_step(const Run& run, std::uint32_t step, Now now);
    void end_step(const Run& run, Now now);
    void end_run(const Run& run, Now now);
    void drive(const Run& run, Now now);
    void drive_one(const Run& run, Execution& execution, Now now);
    void stopped(const Run& run, Execution& execution, Now now);
    bool may_pass_over(const Run& run, const Execution& execution, Now now) const;
    void pass_over(const Run& run, Execution& execution, bool owe, Now now);
    void park(const Run& run, const std::string& why, RunEvent event, Now now);
    void observed(const Run& run, Execution& execution, const Observation& observation, Now now);
    AssessContext context_of(const Run& run, const OperationId& id) const;
    void reached(const Run& run, Execution& execution, Now now);
    static std::int64_t switched_at(const Run& run);
    static bool old_is_cut_off(const Run& run);
    void intend(Execution& execution, Now now);
    Duration deadline_of(const Execution& execution) const;
    bool may_start(const Run& run, const Execution& execution, Now now) const;
    void add_execution(std::vector<Execution>& to, const Run& run, const OperationId& id);
    static void recall_passed_over(Execution& execution, const Run& run);
    void renew_guards(const Run& run);
    bool guards_hold() const;
    bool guards_are_old(Now now) const;
    bool is_dark(Now now) const;
    Execution* find_execution(const OperationId& id);
    void change_run(
        const Run& run, RunEvent event, const std::string& by, const std::string& why, Now now);

    // runs_obligations.cpp: what runs left owed.
    void pay(Now now);
    bool is_due(const Obligation& obligation) const;
    bool may_pay(const Obligation& obligation, Now now) const;
    void pay_one(const Obligation& obligation, Now now);
    bool void_if_due(const Obligation& obligation, Now now);
    Owed& owed_of(const Obligation& obligation);
    void read_record_first(Owed& owed, const Obligation& obligation) const;
    void observed_owed(const OperationId& id, const Observation& observation, Now now);
    void observed_record(Owed& owed, const Observation& observation, Now now);
    void observed_debt(Owed& owed, const Observation& observation, Now now);

    // runs_alerts.cpp
    std::vector<Alert> wanted_alerts(Now now) const;
    void add_run_alerts(std::vector<Alert>& alerts, const Run& run, Now now) const;
    void add_ended_alerts(std::vector<Alert>& alerts) const;
    void add_approval_alerts(std::vector<Alert>& alerts) const;
    void add_own_alerts(std::vector<Alert>& alerts, Now now) const;

    ActingSettings settings_;
    Process process_;
    Hash hash_;
    Ledger ledger_;
    std::string impossible_;  ///< Why nothing may be done at all; empty: it may.
    std::string foreign_;     ///< The world's record is newer or somebody else's: as it reads.
    std::string foreign_instance_;
    std::uint64_t foreign_epoch_ = 0;
    std::optional<Instant> took_over_;  ///< What the other sent before may still land for a while.

    std::uint64_t recalled_run_ = 0;  ///< That a process before us began; 0: none.
    Present present_;
    std::map<OperationId, Owed> owed_;
    run_event::Picture picture_;
    std::optional<Instant> dark_since_;
    std::optional<run_event::WorldHold> world_hold_;  ///< Empty: not asked yet.
    std::string no_room_ = "room for a whole run has not been made yet";
    bool has_no_room_ = false;             ///< It was tried, and could not be made.
    std::optional<Instant> held_back_at_;  ///< Last time a run would have started but for a hold.
    std::optional<WallTime> declined_;     ///< Onset of the failure for which no run may be.

    std::uint64_t sequence_ = 0;
    std::uint64_t durable_ = 0;
    std::vector<std::pair<std::uint64_t, RunsEffect>> waiting_;
    std::optional<run_effect::Append> append_;
    Acting told_;
    bool has_told_ = false;
    Alerts alerts_;
    Now last_{};
    RunsEffects effects_;
};

}  // namespace understudy::core
