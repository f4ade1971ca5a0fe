/// What nodes would do: no kubelet runs, so a test lets pods start and end.
#pragma once

#include <string>

#include "admin.hpp"

namespace understudy::kubernetes {

/// Every pod of the namespace that waits for a node gets one, runs and becomes ready, at
/// `pod_address`.
void start_pods(Admin& admin, const std::string& name_space);

/// Every pod of the namespace that is being deleted is gone: a kubelet says so when its processes
/// have ended.
void end_pods(Admin& admin, const std::string& name_space);

/// The phase of every pod that has not ended becomes Succeeded.
void finish_pods(Admin& admin, const std::string& name_space);

/// Every pod of the namespace gets these labels, a JSON object.
void label_pods(Admin& admin, const std::string& name_space, const std::string& labels);

}  // namespace understudy::kubernetes
