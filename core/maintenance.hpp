/// Work on a plane, observed and not only announced; and the product healing itself.
#pragma once

#include "core/knowledge.hpp"
#include "core/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

/// Something that holds automatic action back, for a bounded time when `until` is set.
struct Holding {
    std::string what;              ///< For people: "deployment tsb was scaled to 0".
    std::optional<Instant> until;  ///< When it stops to count; empty: as long as it is seen.
};

/// Judged on what was last seen, so that it holds when the API server vanishes afterwards.
///
/// Maintenance: `spec.replicas` 0 on a deployment of the API; a rollout in progress or a
/// ManagementPlane resource whose generation is not yet observed, each bounded by
/// `maintenance_max`; an unexpired annotation `understudy.dev/maintenance-until`. Local recovery,
/// bounded by `local_recovery_max`: a Kubegres operation in progress, or one that must be about to
/// begin, because a primary is missing and a replica of the same cluster is ready. Kubegres shows
/// an operation only some seconds after it noticed, which is later than a quick verdict.
class Maintenance {
public:
    Maintenance(const std::vector<std::string>& api_deployments, const DetectorSettings& detector)
    {
        reconfigure(api_deployments, detector);
    }

    /// Changed settings; the clocks of what was seen before go on.
    void reconfigure(
        const std::vector<std::string>& api_deployments, const DetectorSettings& detector);

    /// Looks at the facts of `plane` and starts or ends the clocks of what is bounded.
    void update(const std::string& plane, const Knowledge& knowledge, Now now);

    std::vector<Holding> maintenance(const std::string& plane, Instant now) const;
    std::vector<Holding> local_recovery(const std::string& plane, Instant now) const;

private:
    struct Seen {
        std::string what;
        Instant since;
        std::optional<Duration> bound;
        bool is_recovery = false;
    };
    struct ApiDeployment {
        std::string name;
        std::string replicas;  ///< The names of its facts.
        std::string rolling;
    };
    using SeenByKey = std::map<std::string, Seen>;
    std::vector<Holding> holdings(const std::string& plane, bool recovery, Instant now) const;

    std::vector<ApiDeployment> api_deployments_;
    DetectorSettings detector_;
    struct Look {
        SeenByKey seen;
        std::uint64_t revision = 0;     ///< Of the knowledge that was looked at.
        std::optional<WallTime> until;  ///< As the annotation says.
        bool is_announced = false;
    };
    std::map<std::string, Look> looks_;
};

}  // namespace understudy::core
