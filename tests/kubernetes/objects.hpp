/// The objects that a plane or a workload cluster has, as far as the tests need them.
#pragma once

#include <string>

#include "admin.hpp"

namespace understudy::kubernetes {

/// Creates a namespace that no other test has and returns its name.
std::string new_namespace(Admin& admin);
/// Of that name, unless it is there.
void ensure_namespace(Admin& admin, const std::string& name);

/// With pods that carry `app=NAME`.
void create_deployment(
    Admin& admin, const std::string& name_space, const std::string& name, int replicas = 1);

/// In `batch/v1beta1`, which is what 1.20 has; it never comes due while a test runs.
void create_restore_job(Admin& admin, const std::string& name_space, const std::string& name);
/// As `kubectl create job --from=cronjob/OWNER` does.
void create_job_of(
    Admin& admin, const std::string& name_space, const std::string& owner, const std::string& name);

/// The kinds ManagementPlane and Kubegres, once for all tests. Of a ManagementPlane's spec the
/// server knows `example.standby` and drops any other field, but for those below `settings`, which
/// it keeps without understanding them.
void ensure_kinds(Admin& admin);

/// Follows another plane, as a standby does.
void create_management_plane(Admin& admin, const std::string& name_space);
void create_kubegres(Admin& admin, const std::string& name_space);
void create_secret(
    Admin& admin, const std::string& name_space, const std::string& name, const std::string& kid);

}  // namespace understudy::kubernetes
