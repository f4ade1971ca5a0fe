#include "nodes.hpp"

#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"

#include <boost/json/value.hpp>

#include "own_network.hpp"

namespace understudy::kubernetes {

namespace json = boost::json;

namespace {

std::string pods_path(const std::string& name_space)
{
    return "/api/v1/namespaces/" + name_space + "/pods";
}

std::string path_of(const json::value& pod, const std::string& name_space)
{
    return pods_path(name_space) + "/" + net::name_of(pod);
}

void bind_to_node(Admin& admin, const std::string& path, const std::string& name)
{
    admin.create(
        path + "/binding", R"({"apiVersion":"v1","kind":"Binding","metadata":{"name":")" + name +
                               R"("},"target":{"apiVersion":"v1","kind":"Node","name":"node"}})");
}

void report_ready(Admin& admin, const std::string& path)
{
    const auto address = std::string(pod_address);
    admin.merge(
        path + "/status", R"({"status":{"phase":"Running","podIP":")" + address +
                              R"(","podIPs":[{"ip":")" + address +
                              R"("}],"conditions":[{"type":"Ready","status":"True"}]}})");
}

}  // namespace

void start_pods(Admin& admin, const std::string& name_space)
{
    const auto pods = admin.get(pods_path(name_space));
    for (const auto& pod : net::array_at(pods, "/items")) {
        if (!net::string_at(pod, "/spec/nodeName").empty())
            continue;
        const auto path = path_of(pod, name_space);
        bind_to_node(admin, path, net::name_of(pod));
        report_ready(admin, path);
    }
}

void end_pods(Admin& admin, const std::string& name_space)
{
    const auto pods = admin.get(pods_path(name_space));
    for (const auto& pod : net::array_at(pods, "/items")) {
        if (net::at(pod, "/metadata/deletionTimestamp") != nullptr)
            admin.remove(path_of(pod, name_space) + "?gracePeriodSeconds=0");
    }
}

void finish_pods(Admin& admin, const std::string& name_space)
{
    const auto pods = admin.get(pods_path(name_space));
    for (const auto& pod : net::array_at(pods, "/items")) {
        const auto phase = net::string_at(pod, "/status/phase");
        if (phase == "Pending" || phase == "Running")
            admin.merge(
                path_of(pod, name_space) + "/status", R"({"status":{"phase":"Succeeded"}})");
    }
}

void label_pods(Admin& admin, const std::string& name_space, const std::string& labels)
{
    const auto pods = admin.get(pods_path(name_space));
    for (const auto& pod : net::array_at(pods, "/items"))
        admin.merge(path_of(pod, name_space), R"({"metadata":{"labels":)" + labels + "}}");
}

}  // namespace understudy::kubernetes
