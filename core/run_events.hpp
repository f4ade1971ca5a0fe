/// The executor: runs, holds and obligations, as one machine. Events and the time go in, effects
/// come out; nothing is done before its intent is durable. It is the same machine in the daemon and
/// in a simulator; it owns no clock, socket, file or thread.
#pragma once

#include "core/acting.hpp"
#include "core/acting_settings.hpp"
#include "core/alerts.hpp"
#include "core/last_seen.hpp"
#include "core/operation.hpp"
#include "core/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace understudy::core {

/// What the judge hands over when a run may start, or a human asks for one.
struct Decision {
    std::string old_plane;
    std::string new_plane;
    std::string reason;
    std::string evidence;
    WallTime suspected_at{};
    WallTime failed_at{};
    LastSeen last_seen;  ///< Of the old plane.
    Loss loss;  ///< Of the standby as it is now; empty: it is fit, as far as its data and keys go.
};

/// What took longer to read, or was read before we stood still for so long, tells of a world that
/// may be gone. Longer than any reading that is answered: its requests have timeouts of seconds.
inline constexpr Duration reading_lasts = 15s;
constexpr bool is_old(Duration age) noexcept { return age > reading_lasts; }

// What can happen.
namespace run_event {
struct Woke {};
/// Every gate is open: mode `automatic` starts, mode `approve` asks.
struct Due {
    Decision decision;
};
/// What a human asks. `answer` in the effects says what became of it.
struct Command {
    std::uint64_t request = 0;
    /// failover, approve, abort, resume, undo, rearm, hold, release, adopt, waive, takeover
    std::string verb{};
    std::string by{};
    std::string reason{};
    std::string plan_hash{};
    std::string accepted{};  ///< failover: a human's words to the loss that the plan states.
    std::uint64_t run = 0;
    std::string plane{};
    Duration duration{};
    Decision decision{};  ///< failover: the roles and evidence as the judge sees them.
    std::string
        closed_gates{};  ///< failover: gates that a human may not override; rearm: the standby's.
};
struct Observed {
    OperationId id;
    Observation observation;
    Duration took{};  ///< From the question to here, with what we ourselves stood still.
};
struct Performed {
    OperationId id;
    std::uint32_t attempt = 0;
    EffectResult result = EffectResult::unknown;
    std::string detail;
    Duration retry_after{};  ///< As the server (429) or the hook (75) asked; zero: it did not.
};
/// All records up to that number of `Append` effects are durable.
struct Appended {
    std::uint64_t sequence = 0;
};
struct JournalFailed {
    std::string why;
};
/// Whether the journal has room for a whole run; empty: it has.
struct RoomMade {
    std::string problem;
};
/// The `hold` key of the world's record in the standby's cluster; unreadable counts as held.
struct WorldHold {
    bool readable = false;
    std::string hold;  ///< Not readable: why not.
    Duration took{};   ///< From the question to here.
};
/// The judge's view, once in every step of it: what obligations and the dark-policy go by.
struct Picture {
    std::string active;          ///< Recorded.
    bool active_serves = false;  ///< It answers the documented request.
    /// The floating name leads elsewhere: somebody moved the service without us.
    bool name_elsewhere = false;
    bool dark = false;  ///< Each class of the old plane down, every workload cluster says so.
    bool two_active = false;
    /// What the standby would lose now; not there while the judge has not seen enough to say.
    std::optional<Loss> loss;
    std::uint64_t run = 0;  ///< The open run that the rest is about; 0: the judge knows of none.
    /// Gates about the world that would keep a run back that starts by itself, and one that a human
    /// asks for. Empty: all are open.
    std::string closed{};
    std::string closed_asked{};
    bool settled = false;  ///< It is not only that the judge cannot see, or has to wait.

    bool operator==(const Picture&) const = default;
};
struct Reconfigured {
    ActingSettings settings;
};
}  // namespace run_event
using RunsEvent = std::variant<
    run_event::Woke,
    run_event::Due,
    run_event::Command,
    run_event::Observed,
    run_event::Performed,
    run_event::Appended,
    run_event::JournalFailed,
    run_event::RoomMade,
    run_event::WorldHold,
    run_event::Picture,
    run_event::Reconfigured>;

// What is to be done.
namespace run_effect {
/// Make durable, in this order; answer Appended{sequence} or JournalFailed.
struct Append {
    std::uint64_t sequence = 0;
    std::vector<Record> records;
};
/// Read the world; answer Observed. Harmless, at any time, any number of times.
struct Observe {
    OperationId id;
    Operation operation;
};
/// Change the world; answer Performed once. No byte may leave after `started_at + deadline`.
struct Perform {
    OperationId id;
    std::uint32_t attempt = 0;
    Operation operation;
    Facts facts;  ///< Of the reading that it rests on: `version` and so on.
    Instant started_at{};
    Duration deadline{};
};
struct Answer {
    std::uint64_t request = 0;
    bool ok = false;
    std::string text;
    std::uint64_t run = 0;
};
struct ActingChanged {
    Acting acting;
};
/// The judge's record follows.
struct RolesChanged {
    std::string active;
};
struct Say {
    Severity severity = Severity::info;
    std::string text;
};
}  // namespace run_effect
using RunsEffect = std::variant<
    run_effect::Append,
    run_effect::Observe,
    run_effect::Perform,
    run_effect::Answer,
    run_effect::ActingChanged,
    run_effect::RolesChanged,
    run_effect::Say,
    AlertChange>;
using RunsEffects = std::vector<RunsEffect>;

}  // namespace understudy::core
