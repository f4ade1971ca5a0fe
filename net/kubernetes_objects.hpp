/// What the Kubernetes objects that we watch say, as facts. Pure: an object in, values out.
#pragma once

#include "core/facts.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace understudy::net {

/// A Deployment as Kubernetes judges it (apps/v1, DeploymentStatus).
struct DeploymentView {
    std::string name;
    std::int64_t replicas = 1;            ///< What was asked for; 1 is the API's default.
    std::int64_t available_replicas = 0;  ///< By the pods that its controller saw last.
    bool available = false;               ///< Condition `Available` is True.
    bool current = false;                 ///< The status is about the spec as it is now.
    bool rolling = false;                 ///< A change has not reached every replica yet.
    std::string why;                      ///< Empty when `is_available_now`.

    DeploymentView() = default;

    /// Proof that what was asked for last is there. Right after a change the condition still speaks
    /// of what was before: with 0 replicas, say, a deployment is Available.
    bool is_available_now() const { return available && current; }
};

DeploymentView view_deployment(const boost::json::value& deployment);
void add_facts(core::Facts& facts, const DeploymentView& deployment);

std::string name_of(const boost::json::value& object);

/// Ready and not on its way out: a pod that is being deleted stays Ready until its grace period
/// ends.
bool is_ready_pod(const boost::json::value& pod);
std::int64_t count_ready(const boost::json::value& pod_list);
/// Of those, the ones that Kubegres labels as primary.
std::int64_t count_ready_primaries(const boost::json::value& pod_list);

/// The `kubegres/...` facts, but for the ready replicas, which only the pods know.
void add_kubegres_facts(core::Facts& facts, const boost::json::value& kubegres);

/// The `managementplane/...` facts. Returns what is wrong with the maintenance annotation, or
/// nothing.
std::string add_management_plane_facts(core::Facts& facts, const boost::json::value& plane);

void add_cron_job_facts(core::Facts& facts, const std::string& name, const boost::json::value& job);

/// `data.kid` of a Secret (decoded) or a ConfigMap, fit to be shown; empty when there is none.
std::string key_id_of(const boost::json::value& object);

}  // namespace understudy::net
