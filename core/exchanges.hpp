/// What the control planes say, each through its own cluster, of their last exchange with the
/// plane.
#pragma once

#include "core/evidence.hpp"
#include "core/outcome.hpp"
#include "core/settings.hpp"
#include "core/verdict.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::core {

/// One control plane's latest report.
struct ExchangeReport {
    std::optional<Instant> exchanged;             ///< Last exchange, on our time line.
    std::optional<Instant> read;                  ///< When it was last read.
    std::string peer;                             ///< With whom, where the metrics tell.
    Reason reason = Reason::unreachable_witness;  ///< `none` after a successful read.
    std::string detail;
};

/// A control plane counts only while its report is fresh. Three answers, by the age of the
/// exchange: younger than `sync_stale`: it is connected; older: it lost the plane; no fresh report:
/// it cannot tell, which is not "it cannot reach it either". One that names the other plane as its
/// peer cannot tell either: it neither shows that this plane serves nor that it is gone. Only the
/// other plane's own name tells; an address or a label of another kind changes nothing.
class Exchanges {
public:
    Exchanges(const std::vector<std::string>& control_planes, Duration sync_stale, int quorum);

    /// Changed settings; what known control planes reported is kept.
    void reconfigure(
        const std::vector<std::string>& control_planes, Duration sync_stale, int quorum);

    void observe(const std::string& control_plane, const Outcome& outcome, Instant now);
    /// Reports that are older than this are not fresh.
    void set_fresh_for(Duration fresh_for) { fresh_for_ = fresh_for; }

    /// The plane whose exchanges are not those of the plane in question.
    void set_other_plane(PlaneSettings plane) { other_plane_ = std::move(plane); }

    /// The evidence class: down when enough tell and all who tell lost the plane; up when one is
    /// connected; else unknown.
    ClassState evidence(Instant now) const;
    /// For a plane that became suspect at `onset`. A report counts only when it was read after
    /// that.
    ClientsSay say(Instant onset, Instant now) const;
    /// Each control plane, asked just now, says that it lost the plane: none is silent.
    bool all_lost(Instant now) const;

    const std::map<std::string, ExchangeReport>& reports() const noexcept { return reports_; }
    int quorum() const noexcept { return quorum_; }

private:
    enum class Answer : std::uint8_t { connected, lost, cannot_tell };
    Answer answer_of(const ExchangeReport& report, Instant now) const;

    std::map<std::string, ExchangeReport> reports_;
    Duration sync_stale_{};
    Duration fresh_for_{15s};
    int quorum_ = 1;
    PlaneSettings other_plane_;
};

}  // namespace understudy::core
