/// What the journal says, folded: runs, holds, obligations, roles. Live and after a restart it is
/// the same fold, so that a restart is tested with every record that is written.
#pragma once

#include "core/operation_machine.hpp"
#include "core/record.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::core {

struct Attempt {
    std::uint32_t number = 0;
    WallTime at{};
    std::string boot_id;
    Instant started_at{};  ///< Comparable only within that boot.
    Duration deadline{};
    std::optional<EffectResult> result;  ///< Empty: nobody knows yet, and nobody may ever.
    std::string detail;
    std::string effect;  ///< The parameter `effect`; empty: the kind's usual one.
};

/// An operation that reached its goal and left something for a human to do: the run is not `done`.
inline constexpr std::string_view reached_short = "reached_short";
/// An operation that the run goes on without because a human said so.
inline constexpr std::string_view waived = "waived";
/// Has it ended at its goal?
bool is_reached(std::string_view ended) noexcept;
/// Does the run go on without it?
bool is_passed_over(std::string_view ended) noexcept;

/// How far one operation is, as far as the journal tells.
struct OperationProgress {
    /// name_of(OperationState) of its end, `reached_short` or `waived`; empty: it has not ended.
    std::string ended;
    std::string detail;
    std::vector<Attempt> attempts;
    Parameters before;  ///< What its first intent found, for an undo.
    std::optional<WallTime> ended_at;
};

struct StepProgress {
    std::optional<WallTime> began_at;
    std::string boot_id;
    Instant began{};  ///< Comparable only within that boot.
    std::optional<WallTime> ended_at;
    /// By index; see `operation_of()` for what an index means.
    std::map<std::uint32_t, OperationProgress> operations;
};

struct Run {
    RunCreated created;
    WallTime created_at{};
    RunState state = RunState::awaiting_approval;
    std::string why;            ///< Of the state.
    bool was_declined = false;  ///< A human aborted it.
    /// The human who asked for it or approved it, and so its plan; empty: nobody has.
    std::string approved_by;
    std::optional<WallTime> started_at;
    std::optional<WallTime> ended_at;
    std::vector<std::string> processes;                    ///< Of ours that had it, in turn.
    std::vector<StepProgress> steps;                       ///< As in the plan.
    std::vector<std::pair<WallTime, std::string>> events;  ///< State changes, by whom and why.

    std::uint64_t epoch() const noexcept { return created.epoch; }
    const Plan& plan() const noexcept { return created.plan; }
    bool has_ended() const noexcept { return is_final(state); }
    /// Index of the first step that has not ended; the number of steps when all have.
    std::uint32_t cursor() const noexcept;
    bool has_intent() const;
    bool is_past_point_of_no_return() const;
    /// What the plan went on without, and what still has to be done by hand: a control plane by its
    /// name, anything else as `TARGET/OBJECT`.
    std::vector<std::string> missing() const;
};

/// The world's record is an operation of every step, before the plan's own: its index on the new
/// and on the old plane. The plan's operation n has index n.
inline constexpr std::uint32_t record_on_new = 1'000'000;
inline constexpr std::uint32_t record_on_old = 1'000'001;

/// The operation that an id means in a run's plan; empty when the plan has none such.
std::optional<Operation> operation_of(const Run& run, const OperationId& id);

struct Obligation {
    ObligationOwed owed;
    WallTime since{};
    std::vector<Attempt> attempts;  ///< Since it is owed.
};

struct Hold {
    WallTime until{};
    std::string by;
    std::string reason;
};

class Ledger {
public:
    void apply(const Record& record);

    const std::vector<Run>& runs() const noexcept { return runs_; }
    const Run* find_run(std::uint64_t epoch) const;
    /// The one that has not ended; null: none.
    const Run* open_run() const;
    const std::map<OperationId, Obligation>& obligations() const noexcept { return obligations_; }
    const std::optional<Hold>& hold() const noexcept { return hold_; }
    bool is_held(WallTime now) const { return hold_ && now < hold_->until; }
    /// False from the start of a run until a human armed again.
    bool is_armed() const;
    /// The greatest epoch so far.
    std::uint64_t generation() const noexcept { return generation_; }
    /// The active plane, as the last run or `adopt` left it; empty: none did.
    const std::string& active() const noexcept { return active_; }
    const std::string& instance() const noexcept { return instance_; }
    /// The other installation whose record in the world may be taken over; empty: none.
    const std::string& taken_over() const noexcept { return taken_over_; }
    /// When it was; empty: never.
    const std::optional<WallTime>& took_over_at() const noexcept { return took_over_at_; }
    /// Runs that started by themselves at or after `since`.
    std::uint32_t automatic_runs_since(WallTime since) const;

private:
    void note(const Opened& body, WallTime at);
    void note(const RunCreated& body, WallTime at);
    void note(const Approved& body, WallTime at);
    void note(const RunChanged& body, WallTime at);
    void note(const Intent& body, WallTime at);
    void note(const EffectEnded& body, WallTime at);
    void note(const OperationEnded& body, WallTime at);
    void note(const StepBegan& body, WallTime at);
    void note(const StepEnded& body, WallTime at);
    void note(const RolesSwapped& body, WallTime at);
    void note(const TakenUp& body, WallTime at);
    void note(const HoldSet& body, WallTime at);
    void note(const HoldReleased& body, WallTime at);
    void note(const Armed& body, WallTime at);
    void note(const TookOver& body, WallTime at);
    void note(const ObligationOwed& body, WallTime at);
    void note(const ObligationEnded& body, WallTime at);

    Run* run_of(std::uint64_t epoch);
    OperationProgress* progress_of(const OperationId& id);
    /// The run's own, and those since it is owed.
    std::vector<std::vector<Attempt>*> attempts_of(const OperationId& id);

    std::vector<Run> runs_;
    std::map<OperationId, Obligation> obligations_;
    std::optional<Hold> hold_;
    std::size_t runs_at_arming_ = 0;
    std::uint64_t generation_ = 0;
    std::string active_;
    std::string instance_;
    std::string taken_over_;
    std::optional<WallTime> took_over_at_;
};

}  // namespace understudy::core
