/// Where the objects that we ask for live in the Kubernetes API. Every list is limited, and every
/// name is encoded: names come from settings and from answers.
#pragma once

#include <cstdint>
#include <string>

namespace understudy::net {

/// `resume` is the `continue` token of the page before; empty for the first.
std::string deployments_path(const std::string& name_space, const std::string& resume);
std::string pods_path(const std::string& name_space, const std::string& selector);
std::string kubegres_path(const std::string& name_space, const std::string& name);
std::string management_plane_path(const std::string& name_space, const std::string& name);
/// `version` of the group `batch`: `v1`, or `v1beta1` of a cluster before 1.21.
std::string cron_job_path(
    const std::string& name_space, const std::string& name, const std::string& version = "v1");
std::string jobs_path(const std::string& name_space);
std::string deployment_path(const std::string& name_space, const std::string& name);
std::string config_maps_path(const std::string& name_space);
std::string config_map_path(const std::string& name_space, const std::string& name);
std::string secret_path(const std::string& name_space, const std::string& name);

/// `path` at a port of a pod, through the API server; `path` begins with a slash.
std::string pod_proxy_path(
    const std::string& name_space,
    const std::string& pod,
    std::uint16_t port,
    const std::string& path);

}  // namespace understudy::net
