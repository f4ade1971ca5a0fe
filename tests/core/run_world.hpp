/// The executor with a simulated pair around it: events in the order of virtual time, a journal
/// that keeps what was durable, and a world that the test breaks. No clock, no thread.
#pragma once

#include "core/runs.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace understudy::core::testing {

ActingSettings acting_settings();
/// A human signed that a plane which is dark may be passed over.
ActingSettings settings_with_waiver();

struct WorldObject {
    std::int64_t version = 1;
    std::string mark;
};
struct WorldPlane {
    bool reachable = true;  ///< Its Kubernetes API.
    std::map<std::string, std::int64_t> replicas{
        {"tsb", 1}, {"iam", 1}, {"central", 1}, {"envoy", 2}};
    std::map<std::string, WorldObject> objects;
    bool has_record = false;
    std::string record_instance;
    std::int64_t record_epoch = 0;
    std::string record_hash;
    std::string record_process;
    std::int64_t record_cursor = 0;
    std::string hold;
    bool primary = false;
    bool accepts_patch = true;
    Instant primary_at{};
    std::int64_t followers_astray = 0;
};
/// What the new plane makes of a control plane's tokens.
enum class Tokens : std::uint8_t {
    valid,
    expired,  ///< Refused until the operator was restarted.
    stale,    ///< Refused until they were deleted and made anew.
    refused,  ///< Whatever anybody does.
};
struct WorldControlPlane {
    bool reachable = true;
    std::string peer;
    std::int64_t synced_at = 0;
    std::int64_t restarted_at = 0;
    std::int64_t operator_restarted_at = 0;
    Tokens tokens = Tokens::valid;
    std::int64_t tokens_made_at = 1;
    Instant tokens_back_at{};
    bool reads_refused = false;  ///< `edge` started with tokens that the new plane refuses.
    Instant edge_available_at{};
    Instant operator_available_at{};

    bool is_available(Instant now) const
    {
        return now >= edge_available_at && now >= operator_available_at;
    }
};

/// What happens to an effect: it and its reply.
enum class Fate : std::uint8_t { arrives, reply_lost, lost, refused };

class RunWorld {
public:
    explicit RunWorld(ActingSettings settings = acting_settings());

    void run_for(Duration length);
    bool run_until(const std::function<bool()>& reached, Duration limit = 2min);
    bool run_to_end(Duration limit = 1min);

    /// The world's record is already there, and says so.
    void claim_for(const std::string& instance, std::int64_t epoch);
    /// The judge finds that a run is due, and says so for as long as the failure lasts.
    void fail_active(bool dark = false);
    run_effect::Answer ask(run_event::Command command);
    /// The journal's disk is asked for room; empty: there is some.
    void make_room(const std::string& problem) { step(run_event::RoomMade{problem}); }
    /// The configuration was read again.
    void reconfigure(const ActingSettings& settings) { step(run_event::Reconfigured{settings}); }
    /// The process is killed and started again after `down`; what was not durable is gone.
    void kill(Duration down = 1s, bool reboot = false);
    /// The process is stopped for so long, or its machine sleeps; the world goes on.
    void stand_still(Duration length);

    const Run& run() const { return runs_->ledger().runs().back(); }
    RunsReport report() const { return runs_->report(now_); }
    RunState state() const { return run().state; }
    std::string hash() const;
    Instant now() const { return now_.instant; }

    std::map<std::string, WorldPlane> planes;
    std::map<std::string, WorldControlPlane> control_planes;
    std::string name_points_to = "east";
    std::string name_mark;
    std::vector<Record> journal;  ///< What is durable.
    std::vector<std::string> said;
    std::vector<AlertChange> alerts;
    std::vector<std::string> effects;  ///< `kind target object` of each effect that landed.
    std::string active = "east";       ///< As the judge has it.
    bool is_dark = false;
    bool active_serves = true;
    bool name_elsewhere = false;
    bool new_plane_serves = true;  ///< As whoever wants new tokens of it sees it.
    bool disk_fails = false;
    std::string closed_gates;
    std::string closed_since;           ///< Gates that have closed for the open run.
    std::string closed_since_asked;     ///< For one that a human asked for.
    bool judge_sees = true;             ///< It is neither blind nor just started.
    bool judge_knows_of_run = true;     ///< It was told, and has looked.
    LastSeen last_seen;                 ///< Of east.
    std::optional<Loss> loss = Loss{};  ///< As the judge sees it; empty: it cannot tell yet.
    /// Decides what becomes of an effect; by default it arrives.
    std::function<Fate(const run_effect::Perform&)> fate;
    /// What a server or a hook that refuses asks for.
    Duration asks_to_wait{};
    /// How long an effect is on its way; by default as long as any.
    std::function<Duration(const run_effect::Perform&)> travels;
    /// How long a reading takes; by default as long as any.
    std::function<Duration(const run_effect::Observe&)> reading_lasts;
    /// Called after every event.
    std::function<void()> after_each = [] {};
    Runs& runs() { return *runs_; }
    bool fires(const std::string& alert) const;
    bool has_said(std::string_view text) const;

private:
    struct Coming {
        std::uint64_t process = 0;  ///< Only the process that asked hears the answer.
        std::function<void()> happen;
    };
    void start_process();
    void step(const RunsEvent& event);
    void perform(run_effect::Append& effect);
    void perform(run_effect::Observe& effect);
    void perform(run_effect::Perform& effect);
    void perform(run_effect::Answer& effect) { answers_[effect.request] = effect; }
    void perform(run_effect::ActingChanged&) {}
    void perform(run_effect::RolesChanged& effect) { active = effect.active; }
    void perform(run_effect::Say& effect) { said.push_back(effect.text); }
    void perform(AlertChange& effect) { alerts.push_back(effect); }
    Decision decision() const;
    run_event::Picture picture() const;
    Observation read(const Operation& operation) const;
    void change(const run_effect::Perform& order);
    void pass(Instant to);
    void later(Duration in, std::function<void()> happen);
    Now at() const { return now_; }

    ActingSettings settings_;
    Now now_;
    std::uint64_t process_ = 0;
    std::uint64_t boot_ = 1;
    std::optional<Runs> runs_;
    std::multimap<Instant, Coming> coming_;
    std::map<std::uint64_t, run_effect::Answer> answers_;
    std::uint64_t requests_ = 0;
    std::optional<WallTime> failed_at_;
    Instant next_picture_{};
};

/// Fails as soon as both planes accept writes.
void never_two_active(RunWorld& world);
/// Of an effect among those that landed; -1: it has not.
std::ptrdiff_t place_of(const RunWorld& world, const std::string& effect);
/// What was said, line by line.
std::string story(const RunWorld& world);

ActingSettings settings_with_token_help();
/// Tokens that stay refused may be deleted, too.
ActingSettings settings_with_token_deletion();
/// What landed in a control plane, in order.
std::vector<std::string> restarts_in(const RunWorld& world, const std::string& control_plane);

}  // namespace understudy::core::testing
