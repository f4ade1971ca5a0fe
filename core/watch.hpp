/// The judge: events and the time go in, effects come out. It is the same machine in the daemon and
/// in a simulator; it owns no clock, socket, file or thread.
#pragma once

#include "core/acting.hpp"
#include "core/alerts.hpp"
#include "core/detector_measure.hpp"
#include "core/exchanges.hpp"
#include "core/gates.hpp"
#include "core/knowledge.hpp"
#include "core/last_seen.hpp"
#include "core/maintenance.hpp"
#include "core/observer.hpp"
#include "core/report.hpp"
#include "core/run_events.hpp"
#include "core/schedule.hpp"
#include "core/settings.hpp"
#include "core/signal.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace understudy::core {

// What can happen.
struct Woke {};  ///< The time promised by wake_at() came.
struct ProbeFinished {
    std::string id;
    std::uint64_t run = 0;  ///< As given by StartProbe.
    Outcome outcome;
};
struct Reloaded {
    WatchSettings settings;
};
struct StoreFailed {
    std::string why;
};
/// A connection that was held open to a plane broke: a first suspicion, and no evidence.
struct ConnectionBroke {
    std::string plane;
};
/// What the executor says of itself; its gates are shown beside the judge's own.
struct ActingTold {
    Acting acting;
};
/// A run, or a human through the executor, moved the service: the record follows.
struct RolesMoved {
    std::string active;
};
using Event = std::
    variant<Woke, ProbeFinished, Reloaded, StoreFailed, ConnectionBroke, ActingTold, RolesMoved>;

// What is to be done.
struct StartProbe {
    std::string id;
    std::uint64_t run = 0;
    Duration lag{};  ///< How late it starts.
};
struct Remember {
    std::vector<MemoryEntry> entries;
};
struct Say {
    Severity severity = Severity::info;
    std::string text;  ///< One line for the log; one per state change.
};
using Effect = std::variant<StartProbe, Remember, AlertChange, Say>;
using Effects = std::vector<Effect>;

class Watch {
public:
    /// `recalled` is what an earlier process remembered; entries that cannot be understood are
    /// ignored.
    Watch(WatchSettings settings, const std::vector<MemoryEntry>& recalled, Now now);
    // Planes point to their probes, and a move leaves those where they are.
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    Watch(Watch&&) = default;
    Watch& operator=(Watch&&) = default;
    ~Watch() = default;

    /// An alert that was firing when the process before us ended: it is resolved when its cause is
    /// gone, and not raised a second time.
    void recall_alert(const Alert& alert, WallTime starts_at) { alerts_.recall(alert, starts_at); }

    /// Call with every event, and with Woke no later than wake_at(): being later than `stall_limit`
    /// counts as a stall of ours.
    Effects step(const Event& event, Now now);
    Instant wake_at() const;
    Report report(Now now) const;
    /// A run may start: every gate is open, but perhaps that of a hold. Empty: it may not.
    std::optional<Decision> due(Now now) const;
    /// What a run asked for by a human would rest on, whatever the gates say.
    Decision decision(Now now) const;
    /// The closed gates that keep back what a human asks for: `failover` may go against the judge's
    /// own doubts, and with a word for what is lost against what the standby's data and keys lack
    /// (Decision::loss), but not against anything else of the standby; `approve` may not; `rearm`
    /// wants a fit standby.
    std::string closed_for(std::string_view verb) const;
    /// What the executor goes by; to be told after every step.
    run_event::Picture picture(Now now) const;
    const WatchSettings& settings() const noexcept { return settings_; }

private:
    struct Probe {
        ProbeSettings settings;
        Signal signal;
        std::uint64_t run = 0;
        bool in_flight = false;
        SignalState told = SignalState::unknown;  ///< The state last said.
        bool tainted = false;  ///< We stood still while it ran: its outcome says nothing.
        std::optional<WallTime> ok_before{};  ///< When an earlier process last saw it ok.
    };
    struct Plane {
        PlaneSettings settings;
        std::vector<const Probe*> probes;  ///< That are about it, in the order of their ids.
        Judgement judgement;
        Evidence evidence;
        Instant verdict_since{};
        std::optional<Instant> suspect_since;
        std::optional<WallTime> suspect_since_wall;  ///< Outlives a stall: the standby's data
                                                     ///< are compared with what was before it.
        std::optional<Instant> failed_since;
        std::optional<WallTime> failed_since_wall;
        std::optional<Instant> burst_since;
        bool connection_broke = false;  ///< Since the last step.
        bool burst_spent = false;       ///< Ended by its limit: no new one before things settle.
        bool refusal_counts = false;    ///< The exception for refused credentials applies.
        DetectorMeasure measure;
    };

    void apply(const Woke& event, Now now);
    void apply(const ProbeFinished& event, Now now);
    void apply(const Reloaded& event, Now now);
    void apply(const StoreFailed& event, Now now);
    void apply(const ConnectionBroke& event, Now now);
    void apply(const ActingTold& event, Now now);
    void apply(const RolesMoved& event, Now now);

    void recall(const MemoryEntry& entry);
    void remember_what_is_new(Instant now);
    bool has_same_planes(const WatchSettings& settings) const;
    void configure_probes(Now now);
    void forget_removed_probes();
    void assign_probes_to_planes();
    void configure_probe(const ProbeSettings& settings, Now now);
    bool is_time_to_judge(Now now) const;
    void check_own_clocks(Now now);
    void discard_windows(Now now, const std::string& why);
    bool note_outcome(Probe& probe, const Outcome& outcome, Now now);
    bool is_calm() const;
    void tell_changed_signals(Now now);
    void tell_if_changed(Probe& probe, Now now);
    void update_suspicion(Plane& plane, Now now);
    void update_burst(Plane& plane, Now now);
    void set_pace(const Plane& plane, bool burst, Now now);
    void judge_everything(Now now);
    void judge_roles_anew();
    void judge_ourselves(Now now);
    void judge_active(Plane& plane, Now now);
    void judge_standby_plane(Plane& plane, Now now);
    void set_judgement(Plane& plane, Judgement judgement, Now now);
    StandbyReport judge_standby_now(bool in_words, Now now) const;
    GateInput gate_input(const StandbyReport& standby) const;
    void evaluate_gates();
    void evaluate_alerts(Now now);
    void start_due_probes(Now now);

    static SignalView view_of(const Probe& probe, Now now);
    Evidence evidence_of(const Plane& plane, Now now) const;
    bool has_worked_recently(const Probe& probe, Now now) const;
    CredentialTrial credential_trial(const Plane& plane, Now now) const;
    static bool kubernetes_answers(const Plane& plane, Instant now);
    static bool api_answered_last(const Plane& plane);
    std::string shared_fault() const;
    bool serves(const Plane& plane, Now now) const;
    bool two_active(Now now) const;
    bool is_dark(const Plane& plane, Now now) const;
    std::vector<std::string> what_blocks() const;
    std::string_view floating_answer() const;
    std::vector<Alert> wanted_alerts(Now now) const;
    void add_plane_alerts(std::vector<Alert>& alerts) const;
    void add_blocked_alert(std::vector<Alert>& alerts) const;
    void add_own_alerts(std::vector<Alert>& alerts, Now now) const;
    void add_certificate_alerts(std::vector<Alert>& alerts, Now now) const;
    void add_certificate_alert(
        std::vector<Alert>& alerts, const std::string& plane, std::string_view fact, Now now) const;
    bool has_judged() const;
    bool is_healthy_active(const std::string& target) const;
    Plane& plane_named(const std::string& name);
    const Plane& plane_named(const std::string& name) const;
    void say(Severity severity, std::string text);

    WatchSettings settings_;
    std::map<std::string, Probe> probes_;
    std::map<std::string, std::uint64_t> leftovers_;  ///< Runs of removed probes, not yet ended.
    std::vector<Plane> planes_;
    Schedule schedule_;
    Knowledge knowledge_;
    Observer observer_;
    Exchanges exchanges_;
    Maintenance maintenance_;
    Gates gates_;
    Alerts alerts_;
    RoleJudgement roles_;
    std::uint64_t roles_revision_ = 0;  ///< Of the knowledge that they rest on; 0: judge them anew.
    Claim standby_claim_ = Claim::silent;
    bool name_elsewhere_ = false;  ///< The floating name leads to another than the recorded plane.
    StandbyReport standby_;
    std::string recorded_active_;
    Acting acting_;
    std::string recorded_stranger_;  ///< Active by the record, and not configured; mostly empty.
    std::string store_failure_;
    Instant watching_since_;
    Now last_;
    Now judged_;
    bool has_news_ = true;
    Instant promised_wake_;
    std::uint64_t next_run_ = 1;
    std::string blind_because_;  ///< As judged last.
    std::string last_conflict_;
    bool would_fail_over_ = false;
    Effects effects_;
};

}  // namespace understudy::core
