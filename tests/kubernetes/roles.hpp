/// The service accounts and roles that the project ships, installed as its own instructions say.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace understudy::kubernetes {

/// Of docs/kubernetes: `watch` or `act`, and for a plane (namespace `tsb`) or a workload cluster
/// (`istio-system`).
struct Role {
    std::string purpose;
    std::string place;
    std::string name_space;

    std::string account() const { return "understudy-" + purpose; }
};

/// Runs the commands of docs/kubernetes/README.md with kubectl, and returns the kubeconfig that
/// they make. Throws what they complain of.
std::filesystem::path install(const Role& role);

/// `VERB RESOURCE.GROUP NAME`, one for each thing that somebody may do in a namespace, as the
/// server tells him itself (SelfSubjectRulesReview).
std::set<std::string> permissions_of(
    const std::filesystem::path& kubeconfig, const std::string& name_space);
/// The same of a Role object's rules.
std::set<std::string> permissions_in_role(const Role& role);

}  // namespace understudy::kubernetes
