/// The observer judges itself before it judges others.
#pragma once

#include "core/outcome.hpp"
#include "core/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

/// Whether this observer can trust what it sees. Blind means: no canary in any failure domain
/// answers (or none has yet), or our own resolver answers nobody, or we have just stood still or
/// had our clock moved.
class Observer {
public:
    Observer(const std::vector<CanarySettings>& canaries, const DetectorSettings& detector);

    /// Changed settings; what is known of ourselves and of canaries that stay is kept.
    void reconfigure(const std::vector<CanarySettings>& canaries, const DetectorSettings& detector);
    void observe_canary(const std::string& canary, const Outcome& outcome);
    /// Every probe's outcome: own-side reasons that many probes share speak about us.
    void observe_any(const std::string& probe, const Outcome& outcome);
    /// A stall or a clock jump: blind until `warm_up` has passed.
    void doubt_ourselves(Instant now, std::string why);
    void forget(const std::string& probe) { resolver_trouble_.erase(probe); }

    /// Empty when we see; else why we do not.
    std::string blind_because(Instant now) const;
    bool is_blind(Instant now) const { return !blind_because(now).empty(); }
    /// Failure domains in which a canary answers, and all of them.
    int domains_seen() const;
    int domains() const;

private:
    struct CanaryState {
        std::string domain;
        bool has_answered = false;
        int misses_in_a_row = 0;
        std::string detail;
    };
    bool is_seen(const CanaryState& canary) const;

    std::map<std::string, CanaryState> canaries_;
    std::map<std::string, int> resolver_trouble_;  ///< Consecutive own-resolver failures by probe.
    DetectorSettings detector_;
    std::optional<Instant> doubted_at_;
    std::string doubt_;
};

}  // namespace understudy::core
