/// What the judge needs to know of the configuration: plain, validated values. `config/` fills
/// them.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// What the daemon may do by itself. There is no default: the operator chooses.
enum class Mode : std::uint8_t { observe, approve, automatic };
std::string_view name_of(Mode mode) noexcept;

/// How the standby gets its data, and so how it is promoted.
enum class Variant : std::uint8_t { embedded_sync, restore, shared_postgres, external_postgres };
std::string_view name_of(Variant variant) noexcept;
std::optional<Variant> variant_named(std::string_view name) noexcept;

/// A group of signals that fail for independent reasons.
enum class EvidenceClass : std::uint8_t { api, agents, kubernetes, database, clients };
inline constexpr std::size_t evidence_class_count = 5;
std::string_view name_of(EvidenceClass evidence_class) noexcept;

/// What a probe's outcome is used for. The first five are the evidence classes.
enum class Purpose : std::uint8_t {
    api,
    agents,
    kubernetes,
    database,
    clients,
    canary,       ///< Judges ourselves.
    information,  ///< Signal and facts only; never part of a verdict (PromQL, certificates, DNS).
};
std::string_view name_of(Purpose purpose) noexcept;

/// How single outcomes become a steady signal.
struct Damping {
    int fall = 3;     ///< Consecutive failures that take the signal down.
    int rise = 3;     ///< Consecutive successes that end it.
    int window = 20;  ///< Conclusive outcomes looked back upon.
    int degraded_per_mille =
        100;                   ///< Share of failures in the window that degrades; clean ends it.
    int down_per_mille = 500;  ///< Share of failures in a full window that takes it down.

    bool operator==(const Damping&) const = default;
};

struct ProbeSettings {
    std::string id;  ///< Unique and stable, `TARGET/NAME`: `east/api`, `c1/exchange`, `canary/gw`.
    std::string target;  ///< The plane, control plane or canary that it is about.
    Purpose purpose = Purpose::information;
    Duration interval = 5s;
    Duration burst_interval = 1s;  ///< While its plane is suspected.
    Duration timeout = 3s;
    Damping damping;
    std::string fingerprint;  ///< Hash of all its options: a change restarts its signal on reload.

    bool operator==(const ProbeSettings&) const = default;
};

/// How long a conclusive outcome speaks for the present: a signal that missed several of its rounds
/// is unknown.
Duration fresh_for(const ProbeSettings& probe) noexcept;

struct PlaneSettings {
    std::string name;
    std::string host;               ///< Its own DNS name.
    bool initially_active = false;  ///< Used at the very first start only.

    bool operator==(const PlaneSettings&) const = default;
};

struct CanarySettings {
    std::string name;
    std::string domain;  ///< Failure domain: canaries of one domain may fail together.

    bool operator==(const CanarySettings&) const = default;
};

struct DetectorSettings {
    Duration confirm = 60s;  ///< How long `failed` must hold before a run may start.
    Duration warm_up = 15s;  ///< After a start or a stall: watch first.
    Duration sync_stale =
        90s;  ///< No exchange for this long: a control plane says it lost the plane.
    int clients_quorum =
        0;  ///< Control planes that must say so; 0: more than half of those configured.
    Duration local_recovery_max = 10min;  ///< How long the product's own healing closes a gate.
    Duration maintenance_max = 10min;     ///< How long a rollout counts as maintenance.
    Duration burst_max = 60s;             ///< How long one suspicion keeps probing fast.
    Duration stall_limit = 500ms;         ///< A tick later than this discards the window.
    Duration clock_jump_limit = 2s;       ///< Wall clock against CLOCK_BOOTTIME, likewise.
    Duration credentials_worked = 10min;  ///< Rule 1's "minutes ago" for a 401 or 403.

    bool operator==(const DetectorSettings&) const = default;
};

struct StandbySettings {
    std::int64_t lag_bytes_max = 16 * 1024 * 1024;
    Duration position_age_max = 60s;  ///< A replication position older than this is unknown.
    Duration restore_age_max = 25h;   ///< Variant `restore`: age of the last successful restore.
    Duration certificate_left_min = 24h;
    /// Secrets by name, ConfigMaps as `configmap/NAME`.
    std::vector<std::string> key_secrets{"iam-signing-key", "tsb-iam-jwks"};

    bool operator==(const StandbySettings&) const = default;
};

/// Everything the judge works with. Exactly two planes.
struct WatchSettings {
    std::string observer;  ///< This observer's name.
    Mode mode = Mode::observe;
    Variant variant = Variant::embedded_sync;
    std::string floating_name;
    std::vector<PlaneSettings> planes;
    std::vector<std::string> control_planes;
    std::vector<CanarySettings> canaries;
    std::vector<ProbeSettings> probes;
    std::vector<std::string> api_deployments{"envoy", "iam", "tsb"};
    DetectorSettings detector;
    StandbySettings standby;

    bool operator==(const WatchSettings&) const = default;
};

}  // namespace understudy::core
