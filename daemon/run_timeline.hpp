/// The moments of a run that people and metrics ask for, found in its progress by what operations
/// are about and not by the names of steps: plans of different variants have different steps.
#pragma once

#include "core/runs.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace understudy {

/// A moment that has not come, or that a plan does not have, is empty.
struct RunTimeline {
    std::optional<core::WallTime> suspected;
    std::optional<core::WallTime> failed;
    std::optional<core::WallTime> decided;
    std::optional<core::WallTime> fenced;    ///< Every writer of the old plane was seen gone.
    std::optional<core::WallTime> promoted;  ///< The new plane is writable, and stayed so.
    std::optional<core::WallTime> switched;  ///< Every server of the zone answers the new plane.
    std::optional<core::WallTime> last_control_plane;  ///< The last of all of them came back.
    std::optional<core::WallTime> ended;
};
RunTimeline timeline_of(const core::Run& run);

/// The time between two moments, when both are known.
struct RunPhase {
    std::string_view name;
    core::Duration took{};
};
/// `suspected_to_decided`, `decided_to_fenced`, `fenced_to_promoted`, `promoted_to_switched`,
/// `switched_to_last_control_plane`, and `total` of a run that has ended: from the suspicion, or
/// from the decision where a human asked without one.
std::vector<RunPhase> phases_of(const RunTimeline& timeline);

/// Is it the fence of a plane that is owed? What merely holds connections is taken away after the
/// promotion, and owing that endangers no data. An obligation whose run is not known counts.
bool is_owed_fence(const core::RunsReport& report, const core::Obligation& obligation);

}  // namespace understudy
