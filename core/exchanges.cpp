#include "core/exchanges.hpp"

#include "core/roles.hpp"

#include <algorithm>

namespace understudy::core {

namespace {

/// Ages beyond this mean "very long ago" and nothing more; a hostile number must not overflow.
constexpr auto age_max = std::chrono::hours(24 * 365);

std::chrono::milliseconds believable(std::int64_t age_ms)
{
    const std::chrono::milliseconds limit = age_max;
    return std::chrono::milliseconds(std::clamp<std::int64_t>(age_ms, 0, limit.count()));
}

/// `HOST:PORT` as well as `HOST`.
std::string_view without_port(std::string_view peer) { return peer.substr(0, peer.find(':')); }

}  // namespace

Exchanges::Exchanges(
    const std::vector<std::string>& control_planes, Duration sync_stale, int quorum)
{
    reconfigure(control_planes, sync_stale, quorum);
}

void Exchanges::reconfigure(
    const std::vector<std::string>& control_planes, Duration sync_stale, int quorum)
{
    sync_stale_ = sync_stale;
    quorum_ = quorum > 0 ? quorum : static_cast<int>(control_planes.size()) / 2 + 1;
    std::erase_if(reports_, [&](const auto& entry) {
        return std::ranges::find(control_planes, entry.first) == control_planes.end();
    });
    for (const auto& name : control_planes)
        reports_.try_emplace(name);
}

void Exchanges::observe(const std::string& control_plane, const Outcome& outcome, Instant now)
{
    const auto found = reports_.find(control_plane);
    if (found == reports_.end())
        return;
    auto& report = found->second;
    report.reason = outcome.reason;
    report.detail = outcome.detail;
    const auto age = find_fact<std::int64_t>(outcome.facts, "exchange/age_ms");
    if (outcome.kind() != OutcomeKind::ok || !age)
        return;
    report.read = now;
    report.exchanged = now - believable(*age);
    report.peer = find_fact<std::string>(outcome.facts, "exchange/peer").value_or("");
}

Exchanges::Answer Exchanges::answer_of(const ExchangeReport& report, Instant now) const
{
    const bool is_fresh = report.read && now - *report.read <= fresh_for_;
    if (!is_fresh || is_own_name(other_plane_, without_port(report.peer)))
        return Answer::cannot_tell;
    return *report.read - *report.exchanged >= sync_stale_ ? Answer::lost : Answer::connected;
}

ClassState Exchanges::evidence(Instant now) const
{
    int connected = 0;
    int lost = 0;
    std::string lost_names;
    for (const auto& [name, report] : reports_) {
        const auto answer = answer_of(report, now);
        connected += answer == Answer::connected ? 1 : 0;
        if (answer == Answer::lost) {
            ++lost;
            lost_names += (lost_names.empty() ? "" : ", ") + name;
        }
    }

    ClassState result;
    result.configured = !reports_.empty();
    const auto all = std::to_string(reports_.size());
    if (connected > 0) {
        result.state = SignalState::up;
        result.detail = std::to_string(connected) + " of " + all + " control planes are connected";
    } else if (lost >= quorum_ && lost > 0) {
        result.state = SignalState::down;
        result.reason = Reason::stale;
        result.detail = "no exchange for too long: " + lost_names;
    } else {
        result.reason = Reason::unreachable_witness;
        result.detail = std::to_string(lost) + " of " + all +
                        " control planes lost the plane, the others cannot tell; " +
                        std::to_string(quorum_) + " must";
    }
    return result;
}

bool Exchanges::all_lost(Instant now) const
{
    return !reports_.empty() && std::ranges::all_of(reports_, [&](const auto& entry) {
        return answer_of(entry.second, now) == Answer::lost;
    });
}

ClientsSay Exchanges::say(Instant onset, Instant now) const
{
    int lost = 0;
    for (const auto& [name, report] : reports_) {
        const auto answer = answer_of(report, now);
        if (answer == Answer::cannot_tell || *report.read <= onset)
            continue;
        if (answer == Answer::lost)
            ++lost;
        else if (*report.exchanged > onset)
            return ClientsSay::contradict;
    }
    return lost >= quorum_ && lost > 0 ? ClientsSay::agree : ClientsSay::nothing;
}

}  // namespace understudy::core
