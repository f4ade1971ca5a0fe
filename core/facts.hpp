// clang-format off
/// What a probe saw besides ok or not: named values that judgement reads (replica counts, replication
/// positions, key ids, certificate dates). A probe reports all the facts it can see even when it fails.
///
/// | fact | value | meaning |
/// | --- | --- | --- |
/// | `deployment/NAME/replicas` | int | `spec.replicas` |
/// | `deployment/NAME/available` | bool | condition `Available` is True |
/// | `deployment/NAME/rolling` | bool | a rollout is in progress (generation, updated or surplus replicas) |
/// | `pods/LABEL/ready` | int | ready pods that match the selector named LABEL in the settings |
/// | `kubegres/standby` | bool | `spec.standby.enabled` |
/// | `kubegres/replicas`, `kubegres/enforced_replicas` | int | `spec.replicas`, `status.enforcedReplicas` |
/// | `kubegres/ready_replicas` | int | ready pods of the instance |
/// | `kubegres/ready_primaries` | int | those of them that carry `replicationRole=primary` |
/// | `kubegres/failover_disabled` | bool | `spec.failover.isDisabled` |
/// | `kubegres/blocking_operation` | string | `status.blockingOperation.operationId`, empty when none |
/// | `managementplane/reconciled` | bool | `metadata.generation` equals `status.observedGeneration`; absent where the product writes none |
/// | `managementplane/version` | string | `status.tsbVersion` |
/// | `managementplane/maintenance_until` | int | annotation `understudy.dev/maintenance-until`, unix seconds; 0 when there is none, so that taking it away ends it |
/// | `secret/NAME/kid`, `configmap/NAME/kid` | string | the key id |
/// | `cronjob/NAME/last_success` | int | unix seconds of `status.lastSuccessfulTime` |
/// | `cronjob/NAME/suspended` | bool | `spec.suspend` |
/// | `postgres/INSTANCE/in_recovery` | bool | `pg_is_in_recovery()` |
/// | `postgres/INSTANCE/writable` | bool | not in recovery and not read-only |
/// | `postgres/INSTANCE/position` | int | bytes of WAL: written by a primary, replayed by a standby |
/// | `postgres/INSTANCE/unreplayed` | int | bytes of WAL that a standby received and has not replayed |
/// | `postgres/INSTANCE/replayed_ms_ago` | int | since the transaction that it replayed last was committed |
/// | `postgres/INSTANCE/streaming` | bool | a standby's WAL receiver is streaming |
/// | `postgres/INSTANCE/streamed` | int | unix seconds when it was last seen streaming; the judge's own (core/standby.hpp) |
/// | `postgres/INSTANCE/sender` | string | host from which a standby's WAL receiver streams |
/// | `postgres/INSTANCE/system` | string | system identifier |
/// | `certificate/not_after` | int | unix seconds, of the leaf |
/// | `certificate/chain_not_after` | int | unix seconds, the earliest of the verified chain |
/// | `certificate/issuer` | string | issuer of the leaf, RFC 2253 |
/// | `certificate/names` | string | DNS names of the leaf, separated by spaces |
/// | `agents/certificate/...` | | the same of the agents' port, whose certificate is another |
/// | `dns/answer` | string | CNAME target, else the addresses, separated by spaces |
/// | `clusters/names` | string | clusters that the plane's API lists, in order, separated by spaces |
/// | `content/organization`, `content/clusters`, `content/schema_version` | string | what the operator's statement told of the plane's database |
/// | `answered/PROBE` | int | unix seconds when that probe of the plane's API was last ok; the judge's own, so that a restart does not forget that credentials worked |
/// | `healthy/...` | | `clusters/names` and `content/...` of the active plane as last seen while it was healthy; the judge's own (core/last_seen.hpp) |
/// | `exchange/age_ms` | int | how long ago `edge` exchanged configuration, by its own cluster's clock |
/// | `exchange/peer` | string | with whom, where the metrics tell |
// clang-format on
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace understudy::core {

using FactValue = std::variant<bool, std::int64_t, std::string>;
using Facts = std::map<std::string, FactValue, std::less<>>;

inline constexpr std::string_view config_map_prefix = "configmap/";

/// The name of the fact for an object with a key id: a Secret's name, or `configmap/NAME`.
inline std::string key_fact_of(const std::string& object)
{
    return (object.starts_with(config_map_prefix) ? object : "secret/" + object) + "/kid";
}

/// The fact's value, when it is there and of that type.
template <class T>
std::optional<T> find_fact(const Facts& facts, std::string_view name)
{
    const auto found = facts.find(name);
    if (found == facts.end())
        return std::nullopt;
    if (const auto* value = std::get_if<T>(&found->second))
        return *value;
    return std::nullopt;
}

}  // namespace understudy::core
