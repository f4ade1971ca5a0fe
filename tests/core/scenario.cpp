#include "scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace understudy::core::testing {

Scenario::Scenario(WatchSettings settings, std::vector<MemoryEntry> recalled, Duration start)
    : now_(moment(start)), watch_(std::move(settings), recalled, now_)
{
    send(Woke{});
}

Outcome Scenario::healthy(const std::string& probe, Now at) const
{
    const auto slash = probe.find('/');
    const auto target = probe.substr(0, slash);
    const auto name = probe.substr(slash + 1);
    Outcome outcome = taking(Outcome(Reason::none), 20ms);
    const auto facts = target == "east" ? active_facts(at) : standby_facts(at);
    if (name == "deployments")
        outcome.facts = part(facts, {"deployment/"});
    if (name == "managementplane" || name == "kubegres" || name == "postgres" ||
        name == "certificate")
        outcome.facts = part(facts, {name + "/"});
    if (name == "keys")
        outcome.facts = part(facts, {"secret/"});
    if (name == "dns")
        outcome.facts["dns/answer"] = std::string("east.tsb.test");
    if (name == "exchange") {
        // Every 800 ms, as long as there are any.
        const auto until = std::min(at.instant, exchanges_end_.value_or(at.instant));
        const auto age = at.instant - (until - (until - beginning) % 800ms);
        outcome.facts["exchange/age_ms"] = std::int64_t{age / 1ms};
    }
    return outcome;
}

Outcome Scenario::outcome_of(const std::string& probe, Now started) const
{
    const auto found = answers_.find(probe);
    return found == answers_.end() ? healthy(probe, started) : found->second(started);
}

void Scenario::perform(Effects effects)
{
    for (auto& effect : effects) {
        if (auto* start = std::get_if<StartProbe>(&effect)) {
            EXPECT_TRUE(std::ranges::none_of(
                coming_, [&](const auto& c) { return c.second.event.id == start->id; }))
                << "two of " << start->id << " at once";
            EXPECT_GE(start->lag, Duration::zero());
            auto outcome = outcome_of(start->id, now());
            const auto end = now_.instant + outcome.took;
            starts[start->id].push_back(now_.instant);
            coming_.emplace(end, Coming{{start->id, start->run, std::move(outcome)}, now_.instant});
        } else if (auto* remember = std::get_if<Remember>(&effect)) {
            for (auto& [key, value] : remember->entries)
                memory.insert_or_assign(key, value);
        } else if (auto* change = std::get_if<AlertChange>(&effect)) {
            alerts.push_back(*change);
        } else if (auto* words = std::get_if<Say>(&effect)) {
            said.push_back(words->text);
        }
    }
    after_each();
}

void Scenario::step_at(Instant at, const Event& event)
{
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(at - beginning) -
                 std::chrono::duration_cast<std::chrono::milliseconds>(now_.instant - beginning);
    now_.instant = at;
    send(event);
}

void Scenario::run_for(Duration length)
{
    const auto end = now_.instant + length;
    run_until(length, [] { return false; });
    if (now_.instant < end)
        step_at(end, Woke{});
}

std::optional<Duration> Scenario::run_until(Duration limit, const std::function<bool()>& reached)
{
    const auto begin = now_.instant;
    while (!reached()) {
        const auto wake = watch_.wake_at();
        const bool outcome_first = !coming_.empty() && coming_.begin()->first <= wake;
        const auto next = std::max(now_.instant, outcome_first ? coming_.begin()->first : wake);
        if (next > begin + limit)
            return std::nullopt;
        if (outcome_first) {
            const auto event = coming_.extract(coming_.begin()).mapped().event;
            step_at(next, event);
        } else {
            step_at(next, Woke{});
        }
    }
    return now_.instant - begin;
}

void Scenario::stand_still(Duration length)
{
    const auto end = now_.instant + length;
    // What is in flight is told at the end: late, and timed out where a second is over by then.
    std::vector<ProbeFinished> late;
    while (!coming_.empty() && coming_.begin()->first <= end) {
        auto coming = coming_.extract(coming_.begin()).mapped();
        if (end - coming.started >= 1s)
            coming.event.outcome = Outcome(Reason::timeout, "we slept through it");
        late.push_back(std::move(coming.event));
    }
    if (late.empty())
        step_at(end, Woke{});
    for (const auto& event : late)
        step_at(end, event);
}

void Scenario::reload(WatchSettings settings) { send(Reloaded{std::move(settings)}); }

PlaneReport Scenario::plane(const std::string& name) const
{
    for (auto& plane : report().planes) {
        if (plane.name == name)
            return plane;
    }
    ADD_FAILURE() << "no plane " << name;
    return {};
}

Gate Scenario::gate(const std::string& name) const
{
    for (auto& gate : report().gates) {
        if (gate.name == name)
            return gate;
    }
    ADD_FAILURE() << "no gate " << name;
    return {};
}

bool Scenario::ever_failed() const
{
    // One line is said for each change of a verdict; looking at every step's report costs more than
    // the judge itself.
    return std::ranges::any_of(said, [](const std::string& text) {
        return text.starts_with("plane ") && text.find(" -> failed (") != std::string::npos;
    });
}

int Scenario::raised(const std::string& alert) const
{
    return static_cast<int>(std::ranges::count_if(
        alerts, [&alert](const auto& c) { return c.firing && c.alert.name == alert; }));
}

int Scenario::resolved(const std::string& alert) const
{
    return static_cast<int>(std::ranges::count_if(
        alerts, [&alert](const auto& c) { return !c.firing && c.alert.name == alert; }));
}

Answer always(Reason reason, Duration took, Facts facts)
{
    return [=](Now) {
        return with_facts(taking(Outcome(reason, std::string(name_of(reason))), took), facts);
    };
}

Answer silence(Reason reason) { return always(reason, 1s); }

Answer later(const Scenario& scenario, const std::string& probe, Duration delay, Answer answer)
{
    const auto from = scenario.now().instant + delay;
    return [=, &scenario, answer = std::move(answer)](Now started) {
        return started.instant < from ? scenario.healthy(probe, started) : answer(started);
    };
}

void break_east(Scenario& scenario)
{
    scenario.answer("east/api", always(Reason::status));
    scenario.answer("east/deployments", always(Reason::not_available));
}

bool is_failed(const Scenario& scenario) { return scenario.judgement().verdict == Verdict::failed; }

}  // namespace understudy::core::testing
