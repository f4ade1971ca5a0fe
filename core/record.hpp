/// What the journal holds: one record for each thing that must not be forgotten. What the executor
/// knows is a fold over them, live and after a restart alike.
#pragma once

#include "core/operation.hpp"
#include "core/plan.hpp"
#include "core/run_machine.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace understudy::core {

/// The first record of a journal: whose it is.
struct Opened {
    std::string instance;
};

/// Who a run is by that no human asked for.
inline constexpr std::string_view by_itself = "automatic";
/// A run was created. Its epoch is its number; automatic action is off from here on until `Armed`.
struct RunCreated {
    std::uint64_t epoch = 0;
    Plan plan;
    std::string plan_hash;
    std::string by;        ///< `automatic`, or the principal who asked.
    std::string reason;    ///< A human's, or the verdict's.
    std::string evidence;  ///< At the decision.
    bool needs_approval = false;
    WallTime suspected_at{};
    WallTime failed_at{};
    std::string accepted;      ///< A human's words to `plan.loss`; empty: nothing is lost.
    std::uint64_t undoes = 0;  ///< Epoch of the run that it compensates; 0: none.
};
/// A process goes on with a run: from here on it, too, writes the world's record of it.
struct TakenUp {
    std::uint64_t epoch = 0;
    std::string process;  ///< Process::id
};
/// A human approved the plan of a run that had begun without asking: what the plan does only with a
/// human's word may be done.
struct Approved {
    std::uint64_t epoch = 0;
    std::string by;
    std::string reason;
};
struct RunChanged {
    std::uint64_t epoch = 0;
    RunState state = RunState::running;
    std::string by;
    std::string why;
};
/// Durable before the first byte of the effect.
struct Intent {
    OperationId id;
    std::uint32_t attempt = 0;
    std::string boot_id;
    Instant started_at{};  ///< t0, CLOCK_BOOTTIME: taken before this record was written.
    Duration deadline{};   ///< D
    Parameters before;     ///< What an undo must restore; `effect`: which of the kind's effects.
};
struct EffectEnded {
    OperationId id;
    std::uint32_t attempt = 0;
    EffectResult result = EffectResult::unknown;
    std::string detail;
};
/// The operation reached its goal, was stopped or passed over, with what was seen.
struct OperationEnded {
    OperationId id;
    std::string state;  ///< name_of(OperationState)
    std::string detail;
};
struct StepBegan {
    std::uint64_t epoch = 0;
    std::uint32_t step = 0;
    std::string boot_id;
    Instant at{};
};
struct StepEnded {
    std::uint64_t epoch = 0;
    std::uint32_t step = 0;
};
/// Which plane is active from now on, and by which epoch.
struct RolesSwapped {
    std::uint64_t epoch = 0;
    std::string active;
    std::string by;
    std::string reason;
};
struct HoldSet {
    WallTime until{};
    std::string by;
    std::string reason;
};
struct HoldReleased {
    std::string by;
};
struct Armed {
    std::string by;
    std::string reason;
};
/// Another installation's record in the world was taken over: our epochs go on behind its.
struct TookOver {
    std::uint64_t epoch = 0;
    std::string from;  ///< The other instance.
    std::string by;
    std::string reason;
};
/// What a run left owed: an operation of it that has yet to reach its goal.
struct ObligationOwed {
    OperationId id;
    std::string
        plane;  ///< The active plane when it was owed: void once the target is active again.
    Operation operation;
    std::string why;
};
/// How an obligation ends well.
inline constexpr std::string_view paid = "paid";
/// Paid, void or waived.
struct ObligationEnded {
    OperationId id;
    std::string how;
    std::string by;
    std::string reason;
};

using RecordBody = std::variant<
    Opened,
    RunCreated,
    RunChanged,
    Intent,
    EffectEnded,
    OperationEnded,
    StepBegan,
    RolesSwapped,
    HoldSet,
    HoldReleased,
    Armed,
    ObligationOwed,
    ObligationEnded,
    StepEnded,
    TookOver,
    TakenUp,
    Approved>;

struct Record {
    WallTime at{};
    RecordBody body;
};

/// `opened`, `run_created`, ...: for people.
std::string_view kind_of(const RecordBody& body) noexcept;

/// A canonical text, `key=value` lines in order, that sqlite3 and a human can read; and back
/// (empty: damaged, or of a newer format).
std::string encode(const Record& record);
std::optional<Record> decode_record(std::string_view text);

}  // namespace understudy::core
