/// What does a plane's Kubernetes API say of its objects?
#pragma once

#include "net/kubernetes_client.hpp"
#include "probes/probe.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace understudy::probes {

/// Deployments that must be Available. `not_available` names those that are not; a deployment with
/// `spec.replicas` 0 is Available by Kubernetes' own rule and shows in the facts instead.
struct DeploymentsCheck {
    std::vector<std::string> names;
};

/// Ready pods that match a label selector: at least `ready_min`. Too few is `no_primary` when the
/// selector asks for `replicationRole=primary`, else `not_available`.
struct PodsCheck {
    std::string label;     ///< Name in the facts.
    std::string selector;  ///< e.g. `app=tsb-postgres,replicationRole=primary`
    std::int64_t ready_min = 1;
};

/// The pods of a Kubegres instance, in one list: the facts `kubegres/ready_replicas` and
/// `kubegres/ready_primaries`. With `primary_expected` none ready that carries
/// `replicationRole=primary` is `no_primary`; without, none ready at all is `not_available`.
struct DatabasePodsCheck {
    bool primary_expected = true;
    std::string name = "tsb-postgres";
};

/// The Kubegres instance itself: its `kubegres/...` facts. Ok when it could be read.
struct KubegresCheck {
    std::string name = "tsb-postgres";
};

/// The ManagementPlane resource: the `managementplane/...` facts. Ok when it could be read.
struct ManagementPlaneCheck {
    std::string name = "managementplane";
};

/// CronJobs' `suspend` and `lastSuccessfulTime` (which a cluster before 1.21 does not tell); one
/// that does not exist adds no facts.
struct CronJobsCheck {
    std::vector<std::string> names;
};

/// The key id in `data.kid` of Secrets, and of ConfigMaps as `configmap/NAME`; `missing` when there
/// is none.
struct KeyIdsCheck {
    std::vector<std::string> secrets;
};

/// A field of any object must hold a value.
struct FieldCheck {
    std::string path;     ///< Of the object, e.g. `/apis/apps/v1/namespaces/tsb/deployments/tsb`.
    std::string pointer;  ///< RFC 6901 into it.
    std::string equals;   ///< JSON text; empty: presence is enough.
};

using KubernetesCheck = std::variant<
    DeploymentsCheck,
    PodsCheck,
    DatabasePodsCheck,
    KubegresCheck,
    ManagementPlaneCheck,
    CronJobsCheck,
    KeyIdsCheck,
    FieldCheck>;

class KubernetesProbe final : public Probe {
public:
    struct Options {
        std::string name_space = "tsb";
        KubernetesCheck check;
        core::Duration timeout = std::chrono::seconds(3);
    };

    KubernetesProbe(std::shared_ptr<net::KubernetesClient> cluster, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    std::shared_ptr<net::KubernetesClient> cluster_;
    Options options_;
};

}  // namespace understudy::probes
