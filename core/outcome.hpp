/// What one execution of a probe yields.
#pragma once

#include "core/facts.hpp"
#include "core/reason.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// The phases of one execution, in the order in which they happen. A phase that did not run is
/// absent; the phases add up to the outcome's `took`.
enum class Phase : std::uint8_t {
    queue,
    resolve,
    connect,
    tls,
    auth,
    request,
    first_byte,
    transfer
};
std::string_view name_of(Phase phase) noexcept;

struct PhaseTime {
    Phase phase;
    Duration took;
};

/// A value: a sick target is a result, never an exception.
struct Outcome {
    Reason reason = Reason::internal;
    std::string detail;  ///< What was tried, on what, what came; for people. Never holds a secret.
    Duration took{};
    std::vector<PhaseTime> phases;
    Facts facts;

    Outcome() = default;
    explicit Outcome(Reason why, std::string text = {}) : reason(why), detail(std::move(text)) {}

    OutcomeKind kind() const noexcept { return kind_of(reason); }
};

}  // namespace understudy::core
