/// Whether two probes ask the same of the same target, so that a reload may keep what was learnt.
#pragma once

#include "config/settings.hpp"

#include <map>
#include <string>

namespace understudy::config {

/// FNV-1a (64 bit, hex) over the kind and all options, and over the cluster's kubeconfig and
/// context where a probe has one. Stable over restarts and builds. Secrets are files, so none goes
/// into it.
std::string fingerprint_of(
    const ProbeOptions& options, const std::map<std::string, net::KubernetesOptions>& clusters);

}  // namespace understudy::config
