#include "net/kubernetes_paths.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace understudy::net {

namespace {

constexpr auto list_limit = "limit=500";

std::string encoded(const std::string& text)
{
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string in_namespace(const char* api, const std::string& name_space, const char* kind)
{
    return std::string(api) + "/namespaces/" + encoded(name_space) + "/" + kind;
}

}  // namespace

std::string deployments_path(const std::string& name_space, const std::string& resume)
{
    const auto path = in_namespace("/apis/apps/v1", name_space, "deployments?") + list_limit;
    return resume.empty() ? path : path + "&continue=" + encoded(resume);
}

std::string pods_path(const std::string& name_space, const std::string& selector)
{
    return in_namespace("/api/v1", name_space, "pods?") + list_limit +
           "&labelSelector=" + encoded(selector);
}

std::string kubegres_path(const std::string& name_space, const std::string& name)
{
    return in_namespace("/apis/kubegres.reactive-tech.io/v1", name_space, "kubegres/") +
           encoded(name);
}

std::string management_plane_path(const std::string& name_space, const std::string& name)
{
    return in_namespace("/apis/install.tetrate.io/v1alpha1", name_space, "managementplanes/") +
           encoded(name);
}

std::string cron_job_path(
    const std::string& name_space, const std::string& name, const std::string& version)
{
    const auto api = "/apis/batch/" + version;
    return in_namespace(api.c_str(), name_space, "cronjobs/") + encoded(name);
}

std::string jobs_path(const std::string& name_space)
{
    return in_namespace("/apis/batch/v1", name_space, "jobs?") + list_limit;
}

std::string deployment_path(const std::string& name_space, const std::string& name)
{
    return in_namespace("/apis/apps/v1", name_space, "deployments/") + encoded(name);
}

std::string config_maps_path(const std::string& name_space)
{
    return in_namespace("/api/v1", name_space, "configmaps");
}

std::string config_map_path(const std::string& name_space, const std::string& name)
{
    return config_maps_path(name_space) + "/" + encoded(name);
}

std::string secret_path(const std::string& name_space, const std::string& name)
{
    return in_namespace("/api/v1", name_space, "secrets/") + encoded(name);
}

std::string pod_proxy_path(
    const std::string& name_space,
    const std::string& pod,
    std::uint16_t port,
    const std::string& path)
{
    return in_namespace("/api/v1", name_space, "pods/") + encoded(pod) + ":" +
           std::to_string(port) + "/proxy" + path;
}

}  // namespace understudy::net
