/// One operation of a run: a goal for one object in the world, how it is read, and how it is
/// reached.
///
/// Reading and doing are the shell's; what a reading means is decided by `assess()`
/// (core/assess.hpp) and what happens next by the table in core/operation_machine.hpp.
#pragma once

#include "core/facts.hpp"
#include "core/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::core {

// clang-format off
/// What an operation is about. `facts` is what a reading of it must tell; all kinds may tell `mark`
/// (string: the operation id that last wrote the object, as annotation `understudy.dev/operation`),
/// and more that only their own effect rests on (actions/marks.hpp).
///
/// | kind | target, object | goal | facts |
/// | --- | --- | --- | --- |
/// | `record` | plane | ConfigMap `understudy` holds our instance, epoch, plan hash, process and cursor | `exists` bool, `instance` string, `epoch` int, `plan_hash` string, `process` string, `cursor` int, `hold` string, `version` string |
/// | `suspend_cron_job` | plane, CronJob | `spec.suspend` is the parameter `suspend` | `exists` bool, `suspended` bool, `version` string |
/// | `await_jobs` | plane, CronJob | none of its Jobs is active | `active` int |
/// | `compare_content` | plane | what the standby's database holds equals the parameters `expected_...`, as far as both are known; with `required` = `yes` all have to be | `asked` bool; as far as it is told `organization`, `clusters`, `schema_version` string |
/// | `rehearse_promotion` | plane, ManagementPlane | the promote patch passes admission (`dryRun=All`) | `accepted` bool, `changes` bool, `message` string |
/// | `scale` | plane, Deployment | `spec.replicas` is the parameter `replicas`; when 0, its pods are gone, else it is Available. With parameter `at_least`, more is right as well; with `ready` = `any`, it need not be Available | `exists` bool, `replicas` int, `pods` int, `available` bool, `version` string |
/// | `promote` | plane, ManagementPlane | the promote patch is applied | `applied` bool, `version` string |
/// | `await_primary` | plane, Kubegres | one writable primary, no operation in progress, all pods ready | `primaries` int, `operation` string, `ready` int, `replicas` int, `followers_astray` int |
/// | `serve` | plane | deployments Available, the documented request 200, the clusters of the parameter `expected` there | `available` bool, `status` int, `clusters` int, `expected_clusters` int, `missing` string |
/// | `switch_name` | `floating` | every authoritative server answers the parameter `to`; before, the parameter `from`. With the parameter `argv` that program changes it, for at most `timeout_ms`; with `changed_by` = `hook` hooks beside the step do | `answers` string (`SERVER=NAME` separated by spaces), `all_new` bool, `all_old` bool, `unreachable` int |
/// | `resolve_name` | `floating` | the local resolver answers the new plane | `answer` string, `is_new` bool |
/// | `rejoin` | control plane, `edge` | it exchanged configuration with the new plane (parameter `peer`: its host) after the switch; with parameter `restart` = `false` it is never restarted; with `operator`, that deployment is restarted when tokens are refused, and has `token_wait` ms to renew them before `edge` is restarted once more | `synced_at` int (unix ms, by the cluster's clock), `peer` string, `available` bool, `version` string, `restarted_at` int (unix ms of our last restart), `token_error` bool, `date` int (unix ms, the cluster's clock at the reading); with `token_error` also `operator_problem` string (why the operator cannot be read), or else `operator_available` bool and `operator_restarted_at` int. With `tokens` (names of Secrets, separated by commas) that are asked for because `edge` restarted after the operator and is refused still, `tokens_problem` string, or else `tokens_missing` int, `oldest_token` and `newest_token` int (unix ms when they were made; 0: none is there) and `plane_serves` bool (`new_plane` answers the documented request) |
/// | `hook` | -, its name | the operator's program, whose content has the parameter `content_hash`, ended with 0 | `content_hash` string (of the program's file now); what it did is never read |
// clang-format on
enum class OperationKind : std::uint8_t {
    record,
    suspend_cron_job,
    await_jobs,
    compare_content,
    rehearse_promotion,
    scale,
    promote,
    await_primary,
    serve,
    switch_name,
    resolve_name,
    rejoin,
    hook,
};
inline constexpr std::size_t operation_kind_count = 13;
std::string_view name_of(OperationKind kind) noexcept;
std::optional<OperationKind> operation_kind_named(std::string_view name) noexcept;

/// Parameter `effect` of a `rejoin` that is performed: its operator is restarted, and not `edge`.
inline constexpr std::string_view restart_operator = "restart-operator";
/// The same: its `tokens` that were made at or before the parameter `made_until` (unix ms) are
/// deleted, so that the operator makes them anew.
inline constexpr std::string_view delete_tokens = "delete-tokens";

/// Does reaching the goal take an effect of ours, or do we only wait until it is so?
bool has_effect(OperationKind kind) noexcept;

/// (epoch, step, index): never used twice, also when an operation is tried again (the intent's
/// attempt tells those apart). Its text `EPOCH.STEP.INDEX` is written into the world.
struct OperationId {
    std::uint64_t epoch = 0;
    std::uint32_t step = 0;
    std::uint32_t index = 0;

    auto operator<=>(const OperationId&) const = default;
};
std::string text_of(const OperationId& id);
std::optional<OperationId> operation_id_in(std::string_view text);

using Parameters = std::map<std::string, std::string, std::less<>>;

struct Operation {
    OperationKind kind = OperationKind::hook;
    std::string target;     ///< Plane, control plane, or `floating`.
    std::string object;     ///< Name of the object, or of the hook.
    Parameters parameters;  ///< What the goal is; part of the plan's hash.
    std::string command;    ///< What a human would type instead.
    Duration stable_for{};  ///< The goal must hold so long before it counts.

    std::string parameter(std::string_view name) const;
    bool operator==(const Operation&) const = default;
};

/// What one reading of the world gave. A world that could not be read has said nothing.
struct Observation {
    bool readable = false;
    std::string detail;  ///< For people: what was read where, or why it could not be.
    Facts facts;
};

/// How an effect ended, as far as its sender can tell. `unknown` is neither of the others: the
/// world has to be read.
enum class EffectResult : std::uint8_t { applied, refused, unknown };
std::string_view name_of(EffectResult result) noexcept;
std::optional<EffectResult> effect_result_named(std::string_view name) noexcept;

}  // namespace understudy::core
