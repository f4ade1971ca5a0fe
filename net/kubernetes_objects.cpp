#include "net/kubernetes_objects.hpp"

#include "net/base64.hpp"
#include "net/json_fields.hpp"
#include "net/timestamps.hpp"
#include "net/whole_number.hpp"

#include <algorithm>
#include <optional>

namespace understudy::net {

namespace json = boost::json;

namespace {

/// The condition of that type in `status.conditions`; null when there is none.
const json::value* condition(const json::value& object, std::string_view type)
{
    const auto& conditions = array_at(object, "/status/conditions");
    const auto found = std::ranges::find_if(
        conditions, [&](const json::value& c) { return string_at(c, "/type") == type; });
    return found == conditions.end() ? nullptr : &*found;
}

bool is_true(const json::value* condition)
{
    return condition != nullptr && string_at(*condition, "/status") == "True";
}

bool is_current(const json::value& deployment)
{
    const auto generation = int_at(deployment, "/metadata/generation").value_or(0);
    return int_at(deployment, "/status/observedGeneration").value_or(0) >= generation;
}

/// Not yet updated, or old replicas not yet gone: kubectl's `rollout status`.
bool is_partly_old(const json::value& deployment, std::int64_t replicas)
{
    const auto updated = int_at(deployment, "/status/updatedReplicas").value_or(0);
    const auto present = int_at(deployment, "/status/replicas").value_or(0);
    return updated < replicas || present > updated;
}

std::int64_t unix_seconds(core::WallTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::optional<std::int64_t> unix_time(std::string_view text)
{
    if (const auto time = parse_rfc3339(text))
        return unix_seconds(*time);
    return whole_number(text);
}

/// TSB writes its observed generation as a string, Kubernetes' own objects as a number.
std::optional<std::int64_t> number_at(const json::value& object, std::string_view pointer)
{
    if (const auto number = int_at(object, pointer))
        return number;
    return whole_number(string_at(object, pointer));
}

template <class Value>
void add(core::Facts& facts, const char* name, const std::optional<Value>& value)
{
    if (value)
        facts[name] = *value;
}

}  // namespace

DeploymentView view_deployment(const json::value& deployment)
{
    DeploymentView view;
    view.name = name_of(deployment);
    view.replicas = int_at(deployment, "/spec/replicas").value_or(1);
    view.available_replicas = int_at(deployment, "/status/availableReplicas").value_or(0);
    const auto* available = condition(deployment, "Available");
    view.available = is_true(available);
    view.current = is_current(deployment);
    view.rolling = !view.current || is_partly_old(deployment, view.replicas);
    if (available == nullptr)
        view.why = "no condition Available";
    else if (!view.available)
        view.why = string_at(*available, "/reason") + ": " + string_at(*available, "/message");
    else if (!view.current)
        view.why = "its controller has not seen the last change yet";
    return view;
}

void add_facts(core::Facts& facts, const DeploymentView& deployment)
{
    const auto prefix = "deployment/" + deployment.name;
    facts[prefix + "/replicas"] = deployment.replicas;
    facts[prefix + "/available"] = deployment.available;
    facts[prefix + "/rolling"] = deployment.rolling;
}

std::string name_of(const json::value& object) { return string_at(object, "/metadata/name"); }

bool is_ready_pod(const json::value& pod)
{
    return is_true(condition(pod, "Ready")) && at(pod, "/metadata/deletionTimestamp") == nullptr;
}

std::int64_t count_ready(const json::value& pod_list)
{
    return std::ranges::count_if(array_at(pod_list, "/items"), is_ready_pod);
}

std::int64_t count_ready_primaries(const json::value& pod_list)
{
    return std::ranges::count_if(array_at(pod_list, "/items"), [](const json::value& pod) {
        return is_ready_pod(pod) && string_at(pod, "/metadata/labels/replicationRole") == "primary";
    });
}

void add_kubegres_facts(core::Facts& facts, const json::value& kubegres)
{
    // Go leaves out what is false, zero or empty: absent means just that.
    facts["kubegres/standby"] = bool_at(kubegres, "/spec/standby/enabled").value_or(false);
    facts["kubegres/failover_disabled"] =
        bool_at(kubegres, "/spec/failover/isDisabled").value_or(false);
    facts["kubegres/enforced_replicas"] = int_at(kubegres, "/status/enforcedReplicas").value_or(0);
    facts["kubegres/blocking_operation"] =
        string_at(kubegres, "/status/blockingOperation/operationId");
    add(facts, "kubegres/replicas", int_at(kubegres, "/spec/replicas"));
}

std::string add_management_plane_facts(core::Facts& facts, const json::value& plane)
{
    const auto generation = int_at(plane, "/metadata/generation");
    const auto observed = number_at(plane, "/status/observedGeneration");
    // An older TSB writes no observed generation: nothing is said then, and nothing may be
    // concluded.
    if (generation && observed)
        facts["managementplane/reconciled"] = generation == observed;
    facts["managementplane/version"] = string_at(plane, "/status/tsbVersion");

    constexpr auto pointer = "/metadata/annotations/understudy.dev~1maintenance-until";
    if (at(plane, pointer) == nullptr) {
        // Said, not left out: taking the annotation away must end what was remembered of it.
        facts["managementplane/maintenance_until"] = std::int64_t{0};
        return {};
    }
    const auto text = string_at(plane, pointer);
    const auto until = unix_time(text);
    add(facts, "managementplane/maintenance_until", until);
    if (until)
        return {};
    return "annotation understudy.dev/maintenance-until is '" + text.substr(0, 40) +
           "': write a time like 2026-11-23T04:00:00Z";
}

void add_cron_job_facts(core::Facts& facts, const std::string& name, const json::value& job)
{
    facts["cronjob/" + name + "/suspended"] = bool_at(job, "/spec/suspend").value_or(false);
    if (const auto last = parse_rfc3339(string_at(job, "/status/lastSuccessfulTime")))
        facts["cronjob/" + name + "/last_success"] = unix_seconds(*last);
}

std::string key_id_of(const json::value& object)
{
    constexpr std::size_t key_id_max = 128;
    auto id = string_at(object, "/data/kid");
    // What holds bytes is in base64 (core/v1 Secret), what holds text is not (core/v1 ConfigMap).
    if (string_at(object, "/kind") != "ConfigMap")
        id = decode_base64(id).value_or("");
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
    while (!id.empty() && !is_plain(id.back()))
        id.pop_back();  // the newline of `echo ... | base64`
    return id.size() <= key_id_max && std::ranges::all_of(id, is_plain) ? id : std::string();
}

}  // namespace understudy::net
