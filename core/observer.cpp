#include "core/observer.hpp"

#include <algorithm>
#include <set>

namespace understudy::core {

namespace {

/// One lost packet is not blindness; two misses in a row of every canary are.
constexpr int misses_that_blind = 2;

}  // namespace

Observer::Observer(const std::vector<CanarySettings>& canaries, const DetectorSettings& detector)
{
    reconfigure(canaries, detector);
}

void Observer::reconfigure(
    const std::vector<CanarySettings>& canaries, const DetectorSettings& detector)
{
    detector_ = detector;
    std::erase_if(canaries_, [&canaries](const auto& entry) {
        return std::ranges::find(canaries, entry.first, &CanarySettings::name) == canaries.end();
    });
    for (const auto& canary : canaries)
        canaries_[canary.name].domain = canary.domain;
}

void Observer::observe_canary(const std::string& canary, const Outcome& outcome)
{
    const auto found = canaries_.find(canary);
    if (found == canaries_.end())
        return;
    auto& state = found->second;
    const bool answered = outcome.kind() == OutcomeKind::ok;
    state.has_answered = state.has_answered || answered;
    state.misses_in_a_row = answered ? 0 : state.misses_in_a_row + 1;
    state.detail = outcome.detail;
}

void Observer::observe_any(const std::string& probe, const Outcome& outcome)
{
    auto& count = resolver_trouble_[probe];
    count = outcome.reason == Reason::resolver ? count + 1 : 0;
}

void Observer::doubt_ourselves(Instant now, std::string why)
{
    doubted_at_ = now;
    doubt_ = std::move(why);
}

bool Observer::is_seen(const CanaryState& canary) const
{
    return canary.has_answered && canary.misses_in_a_row < misses_that_blind;
}

std::string Observer::blind_because(Instant now) const
{
    if (doubted_at_ && now - *doubted_at_ < detector_.warm_up)
        return doubt_;

    const auto troubled = std::ranges::count_if(
        resolver_trouble_, [](const auto& entry) { return entry.second >= misses_that_blind; });
    const auto probes = std::ssize(resolver_trouble_);
    if (probes > 0 && troubled * 2 >= probes)
        return "our own resolver answers " + std::to_string(troubled) + " of " +
               std::to_string(probes) + " probes nothing";

    if (canaries_.empty() || domains_seen() > 0)
        return {};
    const auto& first = canaries_.begin()->second;
    return first.detail.empty() ? "no canary has answered yet"
                                : "no canary answers: " + first.detail;
}

int Observer::domains_seen() const
{
    std::set<std::string> seen;
    for (const auto& [name, canary] : canaries_) {
        if (is_seen(canary))
            seen.insert(canary.domain);
    }
    return static_cast<int>(seen.size());
}

int Observer::domains() const
{
    std::set<std::string> all;
    for (const auto& [name, canary] : canaries_)
        all.insert(canary.domain);
    return static_cast<int>(all.size());
}

}  // namespace understudy::core
