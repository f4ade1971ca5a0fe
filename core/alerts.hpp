/// Which alerts fire: the set is computed afresh at every step, and only the differences go out.
#pragma once

#include "core/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

enum class Severity : std::uint8_t { info, warning, critical };
std::string_view name_of(Severity severity) noexcept;

/// Name and subject are the identity; what changes goes into summary and description.
struct Alert {
    std::string name;     ///< e.g. `UnderstudyPlaneFailed`
    std::string subject;  ///< Plane, probe or observer.
    Severity severity = Severity::warning;
    std::string summary;
    std::string description;
    Duration hold{};  ///< Raised only after its cause has lasted this long without a break.

    std::pair<std::string, std::string> identity() const { return {name, subject}; }
};

/// An alert that starts or ends.
struct AlertChange {
    Alert alert;
    bool firing = false;
    WallTime starts_at{};
    std::optional<WallTime> ends_at;
};

/// Remembers what fires. Identity decides; a changed text alone is no new alert. An alert whose
/// cause is gone for a moment and back keeps firing: it resolves only after `resolve_after`.
class Alerts {
public:
    explicit Alerts(Duration resolve_after = 5s) : resolve_after_(resolve_after) {}

    /// While `may_resolve` is false nothing is resolved: after a start or a stall we know too
    /// little to call anything over.
    std::vector<AlertChange> update(const std::vector<Alert>& wanted, bool may_resolve, Now now);
    std::vector<AlertChange> firing() const;
    /// Feeds back one that fired before a restart, so that it is resolved and not raised again.
    void recall(const Alert& alert, WallTime starts_at);

private:
    using Identity = std::pair<std::string, std::string>;
    struct Firing {
        Alert alert;
        WallTime starts_at;
        std::optional<Instant> unwanted_since;
    };
    void raise(const std::vector<Alert>& wanted, Now now, std::vector<AlertChange>& changes);
    void resolve(const std::vector<Alert>& wanted, Now now, std::vector<AlertChange>& changes);

    std::map<Identity, Firing> firing_;
    std::map<Identity, Instant> pending_since_;
    Duration resolve_after_;
};

}  // namespace understudy::core
