#include "core/verdict.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace understudy::core {

std::string_view name_of(Verdict verdict) noexcept
{
    switch (verdict) {
    case Verdict::healthy: return "healthy";
    case Verdict::degraded: return "degraded";
    case Verdict::suspect: return "suspect";
    case Verdict::failed: return "failed";
    case Verdict::unknown: return "unknown";
    }
    return "unknown";
}

std::string_view name_of(FailureKind kind) noexcept
{
    switch (kind) {
    case FailureKind::none: return "none";
    case FailureKind::dead: return "dead";
    case FailureKind::unreachable: return "unreachable";
    }
    return "none";
}

std::string_view name_of(ClientsSay says) noexcept
{
    switch (says) {
    case ClientsSay::nothing: return "nothing";
    case ClientsSay::contradict: return "contradict";
    case ClientsSay::agree: return "agree";
    }
    return "nothing";
}

namespace {

SignalState state_of(const VerdictInput& in, EvidenceClass evidence_class)
{
    return in.evidence[index_of(evidence_class)].state;
}

bool is_sick(SignalState state)
{
    return state == SignalState::down || state == SignalState::degraded;
}

bool api_is(const VerdictInput& in, SignalState state)
{
    return state_of(in, EvidenceClass::api) == state;
}

bool api_down(const VerdictInput& in) { return api_is(in, SignalState::down); }

bool api_down_and(const VerdictInput& in, EvidenceClass second)
{
    return api_down(in) && state_of(in, second) == SignalState::down;
}

/// A plane whose `iam` was stopped answers 403 to everybody.
bool api_refuses_us(const VerdictInput& in)
{
    const auto& api = in.evidence[index_of(EvidenceClass::api)];
    return api.state == SignalState::unknown && api.reason == Reason::credentials;
}

/// The class beside `api` that explains a row, where there is one.
std::optional<EvidenceClass> sick_class_beside_api(const VerdictInput& in)
{
    constexpr std::array others{
        EvidenceClass::database, EvidenceClass::kubernetes, EvidenceClass::agents,
        EvidenceClass::clients};
    const auto found =
        std::ranges::find_if(others, [&in](EvidenceClass c) { return is_sick(state_of(in, c)); });
    if (found == others.end())
        return std::nullopt;
    return *found;
}

struct Rule {
    VerdictRow row;
    bool (*applies)(const VerdictInput&);
    EvidenceClass speaks;  ///< Whose words become the detail.
};

using V = Verdict;
using K = FailureKind;
using C = EvidenceClass;

// clang-format off
constexpr std::array rules{
    Rule{{"observer_blind", V::unknown, K::none,
          "we cannot judge others while we cannot trust ourselves"},
         [](const VerdictInput& in) { return in.observer_blind; }, C::api},
    Rule{{"maintenance", V::suspect, K::none,
          "the API does not serve, and somebody is working on the plane"},
         [](const VerdictInput& in) { return in.maintenance && (api_down(in) || api_refuses_us(in)); }, C::api},
    Rule{{"no_api_evidence", V::unknown, K::none,
          "no API outcome speaks about the plane: our credentials, trust, resolver or settings are in doubt"},
         [](const VerdictInput& in) { return api_is(in, SignalState::unknown); }, C::api},
    Rule{{"class_down", V::degraded, K::none,
          "the API serves, but another class of evidence does not"},
         [](const VerdictInput& in) { return api_is(in, SignalState::up) && sick_class_beside_api(in).has_value(); }, C::api},
    Rule{{"serving", V::healthy, K::none,
          "the documented request is answered as documented"},
         [](const VerdictInput& in) { return api_is(in, SignalState::up); }, C::api},
    Rule{{"api_errors", V::degraded, K::none,
          "too large a share of API requests fails"},
         [](const VerdictInput& in) { return api_is(in, SignalState::degraded); }, C::api},
    Rule{{"kubernetes_confirms", V::failed, K::dead,
          "the API is down, and the plane's own Kubernetes says that its workloads are not Available"},
         [](const VerdictInput& in) { return api_down_and(in, C::kubernetes); }, C::kubernetes},
    Rule{{"database_confirms", V::failed, K::dead,
          "the API is down, and the plane has no writable primary database"},
         [](const VerdictInput& in) { return api_down_and(in, C::database); }, C::database},
    Rule{{"clients_contradict", V::suspect, K::none,
          "we reach neither API nor agents' port, but a control plane exchanged configuration since: we are cut off, not the plane"},
         [](const VerdictInput& in) { return api_down_and(in, C::agents) && in.clients == ClientsSay::contradict; }, C::clients},
    Rule{{"clients_confirm", V::failed, K::unreachable,
          "neither API nor agents' port answers, and the control planes report that they lost the plane too"},
         [](const VerdictInput& in) { return api_down_and(in, C::agents) && in.clients == ClientsSay::agree; }, C::clients},
    Rule{{"clients_unknown", V::suspect, K::none,
          "neither API nor agents' port answers, and too few control planes can tell whether they lost the plane"},
         [](const VerdictInput& in) { return api_down_and(in, C::agents); }, C::clients},
    Rule{{"unconfirmed", V::suspect, K::none,
          "the API is down, and no second class of evidence confirms it"},
         [](const VerdictInput&) { return true; }, C::api},
};
// clang-format on

constexpr auto rows = [] {
    std::array<VerdictRow, rules.size()> result{};
    for (std::size_t i = 0; i < rules.size(); ++i)
        result[i] = rules[i].row;
    return result;
}();

std::string detail_for(const Rule& rule, const VerdictInput& in)
{
    const auto speaker = rule.row.verdict == V::degraded && api_is(in, SignalState::up)
                             ? sick_class_beside_api(in).value_or(rule.speaks)
                             : rule.speaks;
    const auto& state = in.evidence[index_of(speaker)];
    if (state.detail.empty())
        return {};
    return std::string(name_of(speaker)) + ": " + state.detail;
}

}  // namespace

Judgement judge(const VerdictInput& input)
{
    const auto rule = std::ranges::find_if(
        rules, [&input](const Rule& candidate) { return candidate.applies(input); });
    // The last rule applies to everything.
    return {
        rule->row.verdict, rule->row.kind, rule->row.name, rule->row.why, detail_for(*rule, input)};
}

std::span<const VerdictRow> verdict_rows() noexcept { return rows; }

}  // namespace understudy::core
