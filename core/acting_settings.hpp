/// What the planner and the executor need to know of the configuration: plain, validated values.
/// `config/` fills them.
#pragma once

#include "core/last_seen.hpp"
#include "core/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

/// A program of the operator's, run as a step of its own before or after a named step.
struct HookSettings {
    std::string name;
    std::string step;          ///< Name of the step that it belongs to.
    bool before = true;        ///< Before that step, or after it.
    std::string argv;          ///< For the plan and its hash: the words, separated by spaces.
    std::string content_hash;  ///< Hash of the program's file: a changed hook is a changed plan.
    Duration timeout = 60s;
    bool operator==(const HookSettings&) const = default;
};

/// Time bounds of effects. See safety rules in docs/architecture.md.
struct EffectSettings {
    Duration deadline = 8s;  ///< D: no byte of an effect leaves later than this after its start.
    Duration server_limit = 5s;  ///< L_srv: how long a server may go on with what it received.
    Duration poll = 500ms;       ///< Between two readings of a world that is not there yet.
    Duration retry = 2s;         ///< Between an effect that was refused and the next try.
    std::uint32_t attempts_max = 20;
    bool operator==(const EffectSettings&) const = default;
};

struct ActingSettings {
    Mode mode = Mode::observe;
    Variant variant = Variant::embedded_sync;
    std::string instance;  ///< Names this installation in the world's record.
    std::string floating_name;
    std::string name_space = "tsb";
    std::vector<PlaneSettings> planes;
    std::vector<std::string> control_planes;

    EffectSettings effect;
    std::vector<std::string> writers{"tsb", "iam"};  ///< Fenced deployments.
    std::vector<std::string> connection_holders{"central", "envoy"};
    std::string restore_cron_job = "tsb-restore";
    std::string management_plane = "managementplane";
    std::string kubegres = "tsb-postgres";
    std::string
        promote_patch;  ///< JSON merge patch on the ManagementPlane; empty: none is applied.
    std::int64_t replicas = 1;  ///< `tsb` and `iam` of the new plane, when they are at 0.

    WhenUnfenceable when_unfenceable = WhenUnfenceable::wait_for_human;
    Duration dark_for = 10min;
    Waiver waiver;
    Duration fence_stable_for = 5s;
    Duration fence_deadline = 60s;
    Duration quiet_deadline = 10min;
    bool content_required = false;  ///< What cannot be compared stops the run before the fence.
    std::uint32_t clusters_missing_max = 0;  ///< So many fewer may the standby's database hold.
    Duration promote_deadline = 10min;
    Duration promote_stable_for = 10s;
    Duration serve_deadline = 5min;
    /// Clusters that the new plane has to list; empty: those that the old one was last seen with.
    std::vector<std::string> expected_clusters;
    bool switch_name = true;                ///< false: hooks beside the step do it.
    std::optional<HookSettings> name_hook;  ///< The program that does it; empty: an update does.
    Duration name_deadline = 60s;
    Duration laggards_after = 60s;  ///< Old TTL plus the clusters' cache time.
    Duration rejoin_deadline = 10min;
    std::uint32_t rejoin_concurrency = 32;
    bool restart_edge = true;
    std::string edge_deployment = "edge";
    std::string edge_namespace = "istio-system";
    /// Series of `edge`'s metrics that is above 0 once its tokens were refused; empty: none tells.
    std::string token_error;
    std::string control_plane_operator = "tsb-operator-control-plane";  ///< Renews tokens.
    Duration token_wait = 60s;                                          ///< Its time to renew them.
    bool delete_tokens = false;  ///< When that has not helped; only in a run that a human approved.
    std::vector<HookSettings> hooks;

    Duration approval_expires = 30min;
    std::uint32_t max_automatic_runs = 1;  ///< In 30 days.

    bool operator==(const ActingSettings&) const = default;
};

/// The plan that would run now. Pure: the same settings, roles, generation and content last seen
/// give the same plan.
Plan make_failover_plan(
    const ActingSettings& settings,
    const std::string& old_plane,
    const std::string& new_plane,
    std::uint64_t generation,
    const LastSeen& last_seen = {});

/// The names of its steps, in order, but for hooks.
std::vector<std::string> failover_step_names(Variant variant);

/// Restores, in the opposite order, what the intents of `undone` changed: replica counts and
/// suspend values as they were recorded in the journal.
struct Before {
    Operation operation;
    Parameters before;  ///< What the reading before its first intent gave: `replicas`, `suspend`.
};
Plan make_undo_plan(
    const ActingSettings& settings,
    const Plan& undone,
    const std::vector<Before>& changed,
    std::uint64_t generation);

}  // namespace understudy::core
