#include "admin.hpp"

#include "net/boot_clock.hpp"

#include "support/run_coroutine.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace understudy::kubernetes {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

net::KubernetesOptions options_of(const std::filesystem::path& kubeconfig)
{
    net::KubernetesOptions options;
    options.kubeconfig = kubeconfig;
    return options;
}

json::value object_in(net::KubernetesReply reply)
{
    if (reply.reason != core::Reason::none)
        throw std::runtime_error(reply.detail);
    return std::move(reply.object);
}

}  // namespace

Admin::Admin(const std::filesystem::path& kubeconfig) : client_(http_, options_of(kubeconfig)) {}

json::value Admin::get(const std::string& path)
{
    return object_in(support::run_coroutine(io_, client_.get(path, 20s)));
}

bool Admin::exists(const std::string& path)
{
    return support::run_coroutine(io_, client_.get(path, 20s)).reason == core::Reason::none;
}

json::value Admin::create(const std::string& path, const std::string& object)
{
    return send("POST", path, object, "application/json");
}

json::value Admin::merge(const std::string& path, const std::string& patch)
{
    return send("PATCH", path, patch, "application/merge-patch+json");
}

void Admin::remove(const std::string& path) { send("DELETE", path, {}, {}); }

json::value Admin::send(
    const std::string& method,
    const std::string& path,
    const std::string& body,
    const std::string& content_type)
{
    net::KubernetesRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.content_type = content_type;
    const auto deadline = net::boot_now() + 20s;
    return object_in(support::run_coroutine(io_, client_.send(std::move(request), deadline)));
}

}  // namespace understudy::kubernetes
