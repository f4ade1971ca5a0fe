#include "sandbox/kube/deployments.hpp"

#include "sandbox/kube/conditions.hpp"
#include "sandbox/kube/pods.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace understudy::sandbox {

namespace {

const ResourceType& deployment_type() { return type_of_kind("Deployment"); }
const ResourceType& pod_type() { return type_of_kind("Pod"); }
const ResourceType& replica_set_type() { return type_of_kind("ReplicaSet"); }

/// FNV-1a: which pod template a pod was made from.
std::string template_hash(const json::value& deployment)
{
    const auto* wanted = find_at(deployment, "/spec/template");
    std::uint64_t hash = 14695981039346656037U;
    for (const char letter : wanted == nullptr ? std::string() : json::serialize(*wanted)) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 1099511628211U;
    }
    return fmt::format("{:010x}", hash & 0xffffffffffU);
}

std::int64_t desired_replicas(const json::value& deployment)
{
    return integer_at(deployment, "/spec/replicas", 1);
}

/// Kubernetes leaves counts of zero out.
void set_count(json::value& object, std::string_view pointer, std::int64_t count)
{
    if (count == 0)
        remove_at(object, pointer);
    else
        set_at(object, pointer, count);
}

}  // namespace

DeploymentFault deployment_fault_named(std::string_view name)
{
    if (name == "none")
        return DeploymentFault::none;
    if (name == "crash")
        return DeploymentFault::crash;
    if (name == "rollout")
        return DeploymentFault::rollout;
    throw std::runtime_error(
        fmt::format("no deployment fault \"{}\"; there are crash, rollout, none", name));
}

Deployments::Deployments(std::shared_ptr<ObjectStore> store, Timing timing)
    : store_(std::move(store)), timing_(timing)
{}

std::optional<Deployments::TimePoint> Deployments::reconcile(TimePoint now)
{
    // Copies: writing moves the objects.
    std::vector<json::value> deployments;
    for (const auto* deployment : store_->list(deployment_type().qualified(), ""))
        deployments.push_back(*deployment);
    for (const auto& deployment : deployments)
        reconcile_one(deployment, now);
    remove_orphans();
    return next_event(now);
}

void Deployments::reconcile_one(const json::value& deployment, TimePoint now)
{
    auto& workload = workloads_[text_at(deployment, "/metadata/name")];
    forget_deleted(workload, text_at(deployment, "/metadata/namespace"));
    judge_readiness(workload, now);
    scale(workload, deployment, now);
    write_pods(workload, deployment);
    write_replica_sets(workload, deployment);
    write_status(workload, deployment);
}

void Deployments::forget_deleted(Workload& workload, const std::string& name_space)
{
    std::erase_if(workload.pods, [&](const Pod& pod) {
        return store_->find({pod_type().qualified(), name_space, pod.name}) == nullptr;
    });
}

void Deployments::judge_readiness(Workload& workload, TimePoint now) const
{
    const bool sound = workload.fit && workload.fault == DeploymentFault::none;
    for (auto& pod : workload.pods)
        pod.ready = sound && !pod.stops && pod.starts <= now;
}

void Deployments::scale(Workload& workload, const json::value& deployment, TimePoint now)
{
    const auto name_space = text_at(deployment, "/metadata/namespace");
    for (const auto& pod : workload.pods) {
        if (pod.stops && *pod.stops <= now)
            store_->remove({pod_type().qualified(), name_space, pod.name});
    }
    std::erase_if(workload.pods, [&](const Pod& pod) { return pod.stops && *pod.stops <= now; });

    const auto hash = template_hash(deployment);
    const auto desired = desired_replicas(deployment);
    roll(workload, desired, hash, now);
    const auto live =
        std::ranges::count_if(workload.pods, [](const Pod& pod) { return !pod.stops; });
    const auto updated = std::ranges::count_if(
        workload.pods, [&](const Pod& pod) { return !pod.stops && pod.hash == hash; });
    const auto surge = live > updated ? 1 : 0;
    if (workload.fault == DeploymentFault::rollout)
        return;
    for (auto more = std::min(desired - updated, desired + surge - live); more > 0; --more)
        add_pod(workload, deployment, now);
}

/// Stops what is too much: surplus pods, the newest first, and old ones that others stand in for.
void Deployments::roll(
    Workload& workload, std::int64_t desired, const std::string& hash, TimePoint now)
{
    const auto stop = [&](Pod& pod) {
        pod.stops = now + timing_.pod_stop;
        pod.ready = false;
    };
    const auto count = [&](auto&& wanted) {
        return std::ranges::count_if(
            workload.pods, [&](const Pod& pod) { return !pod.stops && wanted(pod); });
    };
    for (auto& pod : workload.pods) {
        const bool old = !pod.stops && pod.hash != hash;
        const auto ready_updated = count([&](const Pod& p) { return p.ready && p.hash == hash; });
        const auto old_left = count([&](const Pod& p) { return p.hash != hash; });
        if (old && old_left + ready_updated > desired)
            stop(pod);
    }
    const bool rolling = count([&](const Pod& pod) { return pod.hash != hash; }) > 0;
    auto surplus =
        count([](const Pod&) { return true; }) - desired - (rolling && desired > 0 ? 1 : 0);
    for (auto pod = workload.pods.rbegin(); pod != workload.pods.rend() && surplus > 0; ++pod) {
        if (pod->stops)
            continue;
        stop(*pod);
        --surplus;
    }
}

void Deployments::add_pod(Workload& workload, const json::value& deployment, TimePoint now)
{
    Pod pod;
    pod.hash = template_hash(deployment);
    pod.name =
        fmt::format("{}-{}-{:05x}", text_at(deployment, "/metadata/name"), pod.hash, ++pods_made_);
    pod.starts = now + timing_.pod_start;
    store_->create(pod_type(), pod_of(deployment, pod.name, pod.hash));
    workload.pods.push_back(std::move(pod));
}

void Deployments::write_pods(const Workload& workload, const json::value& deployment)
{
    const auto name_space = text_at(deployment, "/metadata/namespace");
    for (const auto& pod : workload.pods) {
        const auto* now = store_->find({pod_type().qualified(), name_space, pod.name});
        if (now == nullptr)
            continue;
        auto object = *now;
        show_readiness(object, pod.ready);
        if (pod.stops && find_at(object, "/metadata/deletionTimestamp") == nullptr)
            set_at(object, "/metadata/deletionTimestamp", json::value(timestamp_now()));
        store_->replace(pod_type(), std::move(object), Part::whole);
    }
}

/// The ReplicaSet of each template that this deployment had; those of old ones have no replicas.
void Deployments::write_replica_sets(const Workload& workload, const json::value& deployment)
{
    const auto hash = template_hash(deployment);
    const auto wanted = replica_set_of(deployment, hash, 0);
    if (store_->find(key_of(replica_set_type(), wanted)) == nullptr)
        store_->create(replica_set_type(), wanted);

    std::vector<json::value> sets;
    const auto name_space = text_at(deployment, "/metadata/namespace");
    for (const auto* set : store_->list(replica_set_type().qualified(), name_space)) {
        if (owning_deployment(*set) == text_at(deployment, "/metadata/name"))
            sets.push_back(*set);
    }
    for (auto& set : sets) {
        const auto own_hash = text_at(set, "/metadata/labels/pod-template-hash");
        const auto count = std::ranges::count_if(
            workload.pods, [&](const Pod& pod) { return !pod.stops && pod.hash == own_hash; });
        set_at(set, "/spec/replicas", count);
        set_at(set, "/status/replicas", count);
        store_->replace(replica_set_type(), std::move(set), Part::whole);
    }
}

void Deployments::write_status(const Workload& workload, const json::value& deployment)
{
    const auto* now = store_->find(key_of(deployment_type(), deployment));
    if (now == nullptr)
        return;
    auto object = *now;
    const auto hash = template_hash(deployment);
    const auto desired = desired_replicas(deployment);
    const auto count = [&](auto&& wanted) {
        return std::ranges::count_if(
            workload.pods, [&](const Pod& pod) { return !pod.stops && wanted(pod); });
    };
    const auto total = count([](const Pod&) { return true; });
    const auto updated = count([&](const Pod& pod) { return pod.hash == hash; });
    const auto ready_now = count([](const Pod& pod) { return pod.ready; });
    set_at(object, "/status/observedGeneration", integer_at(deployment, "/metadata/generation"));
    set_count(object, "/status/replicas", total);
    set_count(object, "/status/updatedReplicas", updated);
    set_count(object, "/status/readyReplicas", ready_now);
    set_count(object, "/status/availableReplicas", ready_now);
    set_count(object, "/status/unavailableReplicas", std::max(desired, total) - ready_now);

    // maxUnavailable is 25 %, rounded down.
    const bool available = ready_now >= desired - desired / 4;
    const bool complete = updated == desired && total == updated && ready_now == desired;
    set_condition(
        object, "Available", available,
        available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
    set_condition(
        object, "Progressing", true, complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated");
    store_->replace(deployment_type(), std::move(object), Part::whole);
}

/// A deployment that was deleted takes its pods along.
void Deployments::remove_orphans()
{
    std::vector<ObjectKey> orphans;
    for (const auto* type : {&pod_type(), &replica_set_type()}) {
        for (const auto* object : store_->list(type->qualified(), "")) {
            const auto owner = owning_deployment(*object);
            const auto name_space = text_at(*object, "/metadata/namespace");
            const ObjectKey key{deployment_type().qualified(), name_space, owner};
            if (!owner.empty() && store_->find(key) == nullptr)
                orphans.push_back(key_of(*type, *object));
        }
    }
    for (const auto& orphan : orphans)
        store_->remove(orphan);
}

std::optional<Deployments::TimePoint> Deployments::next_event(TimePoint now) const
{
    std::optional<TimePoint> next;
    const auto consider = [&](TimePoint at) {
        if (at > now && (!next || at < *next))
            next = at;
    };
    for (const auto& [name, workload] : workloads_) {
        for (const auto& pod : workload.pods) {
            consider(pod.starts);
            if (pod.stops)
                consider(*pod.stops);
        }
    }
    return next;
}

const Deployments::Workload* Deployments::find(const std::string& name) const
{
    const auto found = workloads_.find(name);
    return found == workloads_.end() ? nullptr : &found->second;
}

void Deployments::set_fault(const std::string& name, DeploymentFault fault)
{
    if (find(name) == nullptr)
        throw std::runtime_error(fmt::format("no deployment \"{}\" in this cluster", name));
    auto& workload = workloads_[name];
    workload.fault = fault;
    if (fault != DeploymentFault::rollout)
        return;
    for (const auto* found : store_->list(deployment_type().qualified(), "")) {
        if (text_at(*found, "/metadata/name") != name)
            continue;
        auto object = *found;
        set_at(
            object, "/spec/template/metadata/annotations/understudy.sandbox~1rollout",
            json::value(std::to_string(store_->revision())));
        store_->replace(deployment_type(), std::move(object), Part::main);
        return;
    }
}

void Deployments::set_fit(const std::string& name, bool fit) { workloads_[name].fit = fit; }

int Deployments::ready(const std::string& name) const
{
    const auto* workload = find(name);
    if (workload == nullptr)
        return 0;
    return static_cast<int>(std::ranges::count(workload->pods, true, &Pod::ready));
}

std::vector<std::string> Deployments::running(const std::string& name) const
{
    std::vector<std::string> names;
    if (const auto* workload = find(name)) {
        for (const auto& pod : workload->pods) {
            if (!pod.stops)
                names.push_back(pod.name);
        }
    }
    return names;
}

bool Deployments::is_ready_pod(const std::string& pod) const
{
    return std::ranges::any_of(workloads_, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.pods, [&](const Pod& candidate) {
            return candidate.name == pod && candidate.ready;
        });
    });
}

}  // namespace understudy::sandbox
