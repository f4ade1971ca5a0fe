/// The configuration of `understudy-standin kube`.
#pragma once

#include "sandbox/database.hpp"
#include "sandbox/kube/api_server.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::sandbox {

struct KubeTiming {
    std::chrono::milliseconds pod_start{1000};
    std::chrono::milliseconds pod_stop{500};
    std::chrono::milliseconds readiness_interval{250};
    std::chrono::milliseconds readiness_timeout{500};
    std::int64_t readiness_misses = 2;
    std::chrono::milliseconds operator_reaction{500};
    std::chrono::milliseconds promotion_wait{2000};  ///< A real Kubegres waits 10 s (TSB-22).
    std::chrono::milliseconds restart_wait{500};

    KubeTiming() = default;
};

struct PostgresInstance {
    std::int64_t index = 0;
    DatabaseSettings database;
    bool primary = false;
    std::vector<std::string> promote;
    std::vector<std::string> restart;

    PostgresInstance() = default;
};

struct KubegresSettings {
    std::string name = "tsb-postgres";
    bool standby = false;
    std::string primary_endpoint;
    std::vector<PostgresInstance> instances;

    KubegresSettings() = default;
};

struct CronJobSettings {
    std::string name;
    std::string schedule;
    bool suspend = false;
    std::int64_t succeeded_ago_s = 3600;
    std::vector<std::string> command;  ///< Empty: it is only shown.
    std::chrono::milliseconds period{5000};

    CronJobSettings() = default;
};

struct PlaneSettings {
    std::string name_space = "tsb";
    std::string version = "v1.12.8";
    std::filesystem::path front_control;
    std::map<std::string, std::int64_t> replicas;
    /// Secret name to key to bytes.
    std::map<std::string, std::map<std::string, std::string>> secrets;
    std::vector<CronJobSettings> cron_jobs;
    std::string promote_pointer = "/spec/components/kubegres/standby/enabled";
    std::optional<KubegresSettings> kubegres;

    PlaneSettings() = default;
};

struct WorkloadSettings {
    std::string name_space = "istio-system";
    std::string cluster;
    std::string floating_name;
    std::uint16_t port = 9443;
    std::filesystem::path ca;
    std::string token_kid;
    std::chrono::milliseconds exchange{1000};
    std::chrono::milliseconds retry{1000};

    WorkloadSettings() = default;
};

struct ClusterSettings {
    std::string name;
    std::string address;
    std::uint16_t port = 6443;
    std::filesystem::path certificate;
    std::filesystem::path key;
    bool batch_v1beta1 = false;
    std::optional<PlaneSettings> plane;
    std::optional<WorkloadSettings> workload;

    ClusterSettings() = default;
};

struct KubeSettings {
    std::filesystem::path control;
    ApiUsers users;
    std::vector<ClusterSettings> clusters;
    KubeTiming timing;

    KubeSettings() = default;
};

/// Throws SettingsError.
KubeSettings load_kube_settings(const std::filesystem::path& file);

}  // namespace understudy::sandbox
