#include "core/evidence.hpp"

namespace understudy::core {

namespace {

bool needs_a_statement(EvidenceClass evidence_class)
{
    return evidence_class == EvidenceClass::kubernetes || evidence_class == EvidenceClass::database;
}

/// The state that a signal contributes to its class.
SignalState contribution(EvidenceClass evidence_class, const SignalView& signal)
{
    const bool sick = signal.state == SignalState::down || signal.state == SignalState::degraded;
    if (sick && needs_a_statement(evidence_class) &&
        testimony_of(signal.reason) != Testimony::statement)
        return SignalState::unknown;
    return signal.state;
}

}  // namespace

ClassState combine(EvidenceClass evidence_class, std::span<const SignalView> signals)
{
    const SignalView* sick = nullptr;
    const SignalView* doubtful = nullptr;
    bool any_up = false;
    bool any_down = false;
    for (const auto& signal : signals) {
        switch (contribution(evidence_class, signal)) {
        case SignalState::up: any_up = true; break;
        case SignalState::down:
            sick = any_down ? sick : &signal;
            any_down = true;
            break;
        case SignalState::degraded: sick = sick != nullptr ? sick : &signal; break;
        case SignalState::unknown: doubtful = doubtful != nullptr ? doubtful : &signal; break;
        }
    }

    ClassState result;
    result.configured = !signals.empty();
    const auto take = [&result](SignalState state, const SignalView& from) {
        result.state = state;
        result.reason = from.reason;
        result.detail = from.id + ": " + from.detail;
    };
    if (sick != nullptr)
        take(any_down && !any_up ? SignalState::down : SignalState::degraded, *sick);
    else if (any_up)
        result.state = SignalState::up;
    else if (doubtful != nullptr)
        take(SignalState::unknown, *doubtful);
    else
        result.detail = "no probe of this class is configured";
    return result;
}

void weigh_refused_credentials(Evidence& evidence, const CredentialTrial& trial)
{
    const auto is_down = [&evidence](EvidenceClass evidence_class) {
        return evidence[index_of(evidence_class)].state == SignalState::down;
    };
    const bool plane_is_sick_elsewhere =
        is_down(EvidenceClass::kubernetes) || is_down(EvidenceClass::database);
    if (trial.refused_now && trial.worked_recently && plane_is_sick_elsewhere)
        evidence[index_of(EvidenceClass::api)].state = SignalState::down;
}

}  // namespace understudy::core
