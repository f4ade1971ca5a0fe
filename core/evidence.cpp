#include "core/evidence.hpp"

namespace understudy::core {

ClassState combine(std::span<const SignalView> signals)
{
    const SignalView* sick = nullptr;
    const SignalView* doubtful = nullptr;
    bool any_serves = false;
    bool any_down = false;
    bool is_beyond_doubt = false;
    for (const auto& signal : signals) {
        switch (signal.state) {
        case SignalState::up: any_serves = true; break;
        case SignalState::down:
            sick = any_down ? sick : &signal;
            any_down = true;
            is_beyond_doubt = is_beyond_doubt || signal.reason == Reason::read_only;
            break;
        case SignalState::degraded:
            sick = sick != nullptr ? sick : &signal;
            any_serves = true;
            break;
        case SignalState::unknown: doubtful = doubtful != nullptr ? doubtful : &signal; break;
        }
    }

    ClassState result;
    result.configured = !signals.empty();
    const auto take = [&result](SignalState state, const SignalView& from) {
        result.state = state;
        result.reason = from.reason;
        result.detail = std::string(from.id) + ": " + std::string(from.detail);
    };
    const bool is_down = any_down && (!any_serves || is_beyond_doubt);
    if (sick != nullptr)
        take(is_down ? SignalState::down : SignalState::degraded, *sick);
    else if (any_serves)
        result.state = SignalState::up;
    else if (doubtful != nullptr)
        take(SignalState::unknown, *doubtful);
    else
        result.detail = "no probe of this class is configured";
    return result;
}

bool weigh_refused_credentials(Evidence& evidence, const CredentialTrial& trial)
{
    const auto is_down = [&evidence](EvidenceClass evidence_class) {
        return evidence[index_of(evidence_class)].state == SignalState::down;
    };
    const bool plane_is_sick_elsewhere =
        is_down(EvidenceClass::kubernetes) || is_down(EvidenceClass::database);
    auto& api = evidence[index_of(EvidenceClass::api)];
    // Another address or probe of the API may well answer: then nothing is refused by the plane.
    const bool counts = api.state == SignalState::unknown && trial.refused_now &&
                        trial.worked_recently && plane_is_sick_elsewhere;
    if (counts)
        api.state = SignalState::down;
    return counts;
}

}  // namespace understudy::core
