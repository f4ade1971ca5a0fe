/// An alert as Understudy raises and resolves it, and what identifies it.
#pragma once

#include "core/time.hpp"

#include <map>
#include <optional>
#include <string>

namespace understudy::store {

using Labels = std::map<std::string, std::string>;

/// A change of one alert. Two events speak of the same alert when their identities are equal, so
/// labels never hold what changes while it fires (a value, a reason); that belongs into the
/// annotations.
struct AlertEvent {
    std::string name;
    Labels labels;       ///< Identity, severity included; `alertname` is added by `identity_of`.
    Labels annotations;  ///< For people: summary, description, what to do.
    bool firing = true;
    core::WallTime starts_at;
    std::optional<core::WallTime> ends_at;  ///< Set when it is resolved.

    AlertEvent() = default;
};

/// The labels that receivers see: the event's own and `alertname`.
Labels identity_of(const AlertEvent& event);

/// 16 hex digits of FNV-1a (64 bits) over the sorted names and values, each followed by the byte
/// 0xff: the same number that Alertmanager computes, so that an operator can find one system's
/// alert in the other. Source: prometheus/common model/signature.go.
std::string fingerprint_of(const Labels& identity);

}  // namespace understudy::store
