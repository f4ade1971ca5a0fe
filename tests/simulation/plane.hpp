/// The truth of one Management Plane, which no machine sees but through readings.
#pragma once

#include "core/operation.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "places.hpp"

namespace understudy::simulation {

/// An object of the Kubernetes API: who writes it names the version that he has read.
struct KubernetesObject {
    std::uint64_t version = 1;
    std::optional<core::OperationId> mark;  ///< The operation of ours that wrote it last.
};

enum class DeploymentName : std::uint8_t { tsb, iam, envoy, central };
inline constexpr std::size_t deployment_count = 4;
inline const std::array<std::string, deployment_count> deployment_names{
    "tsb", "iam", "envoy", "central"};
/// Those that write into the database.
inline constexpr std::array writers{DeploymentName::tsb, DeploymentName::iam};

struct Deployment {
    KubernetesObject object;
    std::int64_t replicas = 1;
    std::int64_t declared = 1;       ///< What its owner's own sources say.
    core::Instant pods_gone{};       ///< Pods of a count that was taken away run until then.
    core::Instant available_from{};  ///< Pods of the present count.
    bool is_crashing = false;
    bool is_rolling = false;
    /// When a reading of ours last told that nothing of it runs, and when somebody else last
    /// raised it: what we can know, and what we cannot.
    core::Instant seen_stopped{};
    core::Instant raised_by_others{};

    bool runs(core::Instant now) const
    {
        return now < pods_gone || (replicas > 0 && now >= available_from && !is_crashing);
    }
    bool has_pods(core::Instant now) const { return replicas > 0 || now < pods_gone; }
    bool is_available(core::Instant now) const
    {
        return replicas > 0 && now >= available_from && !is_crashing;
    }
};

struct Database {
    bool is_up = true;
    bool is_read_only = false;
    bool is_primary = false;                      ///< Takes writes, when it may.
    std::optional<core::Instant> promotion_ends;  ///< Under way until then.
    bool streams = true;                          ///< A standby's receiver, as far as it can.
    std::int64_t position = 1'000'000'000;        ///< Bytes of WAL.
    std::int64_t lag = 20'000;                    ///< Bytes that a streaming replica is behind.
    std::int64_t acknowledged = 0;                ///< Writes that its clients were told of.
    std::uint32_t timeline = 1;
    std::string system = "7300000000000000001";
    std::int64_t ready = 2;
    std::string operation;  ///< What Kubegres is at.
};

/// The record that we leave in the world, and the operators' own hold beside it.
struct WorldRecord {
    KubernetesObject object;
    bool exists = false;
    std::string instance;
    std::uint64_t epoch = 0;
    std::string plan_hash;
    std::string process;
    std::int64_t cursor = 0;
    std::string hold;
};

/// How its API server is; the objects are above.
struct KubernetesApi {
    bool is_up = true;
    std::uint64_t throttled_per_mille = 0;
    std::uint64_t fails_before_per_mille = 0;  ///< 5xx, and nothing was stored.
    std::uint64_t fails_after_per_mille = 0;   ///< 5xx, although it was.
    core::Duration slow{};
};

/// How its front is, through which everybody talks to it.
struct Front {
    bool is_up = true;
    bool hangs = false;
    bool lies = false;                 ///< 200 with something else inside.
    bool refuses_credentials = false;  ///< Ours; others are served.
    bool is_certificate_expired = false;
    std::uint64_t errors_per_mille = 0;
    core::Duration slow{};
};

struct RestoreJobs {
    KubernetesObject object;
    bool is_suspended = false;
    core::Instant busy_until{};
    core::Instant last_success{};
};

struct Plane {
    bool has_power = true;
    bool has_kubelets = true;  ///< Cut off from the API server, pods outlive their object.
    Front front;
    KubernetesApi kubernetes;
    std::array<Deployment, deployment_count> deployments;
    Database database;
    RestoreJobs jobs;
    KubernetesObject management_plane;
    bool stands_by = false;  ///< `spec` of the ManagementPlane and of Kubegres says so.
    bool is_reconciled = true;
    bool accepts_promotion = true;  ///< Its webhook does.
    core::Instant maintenance_until{};
    WorldRecord record;
    std::string key = "k1";
    std::string version = "v1.12.8";

    Deployment& operator[](DeploymentName name)
    {
        return deployments[static_cast<std::size_t>(name)];
    }
    const Deployment& operator[](DeploymentName name) const
    {
        return deployments[static_cast<std::size_t>(name)];
    }
};

}  // namespace understudy::simulation
