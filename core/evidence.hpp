/// From the signals of one plane to the state of its evidence classes.
#pragma once

#include "core/reason.hpp"
#include "core/settings.hpp"
#include "core/signal.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace understudy::core {

/// One signal as a class sees it. Lives no longer than the signal stays as it is.
struct SignalView {
    std::string_view id;
    SignalState state = SignalState::unknown;
    Reason reason = Reason::none;
    std::string_view detail;
};

/// The state of one class with the signal that decided it.
struct ClassState {
    SignalState state = SignalState::unknown;
    Reason reason = Reason::none;
    std::string detail;
    bool configured = false;
};

using Evidence = std::array<ClassState, evidence_class_count>;
constexpr std::size_t index_of(EvidenceClass evidence_class) noexcept
{
    return static_cast<std::size_t>(evidence_class);
}

/// Combines the signals of one class. Down needs one that is down and none that serves, not even
/// partly; signals that contradict each other are `degraded`. That only a statement counts for
/// `kubernetes` and `database` is the signals' affair (silence_of). One statement cannot be
/// contradicted: a primary that refuses writes is none, however ready its pod is.
ClassState combine(std::span<const SignalView> signals);

/// The one exception by which a 401 or 403 counts against the plane: the same credential worked
/// minutes ago, has not run out as far as it says, and `kubernetes` or `database` is down as well.
struct CredentialTrial {
    bool refused_now = false;  ///< `api` is unknown because of `credentials`, not of expired ones.
    bool worked_recently = false;  ///< The same probe was ok within `credentials_worked`.
};
/// Whether the exception was applied.
bool weigh_refused_credentials(Evidence& evidence, const CredentialTrial& trial);

}  // namespace understudy::core
