#include "core/gates.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace understudy::core {

namespace {

std::string seconds(Duration duration)
{
    using Tenths = std::chrono::duration<std::int64_t, std::deci>;
    const auto tenths = std::chrono::duration_cast<Tenths>(duration).count();
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string list(std::span<const Holding> holdings)
{
    std::string text;
    for (const auto& holding : holdings)
        text += (text.empty() ? "" : "; ") + holding.what;
    return text.empty() ? "none" : text;
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

std::string words(const char* text) { return text; }

struct OwnGate {
    std::string_view name;
    bool (*is_open)(const GateInput&);
    std::string (*value)(const GateInput&);
    std::string (*threshold)(const GateInput&);
};
using In = const GateInput&;

// clang-format off
constexpr std::array own_gates{
    OwnGate{"mode",
        [](In in) { return in.mode != Mode::observe; },
        [](In in) { return std::string(name_of(in.mode)); },
        [](In) { return words("approve or automatic"); }},
    OwnGate{"able_to_act",
        [](In in) { return in.acting.impossible.empty(); },
        [](In in) { return in.acting.impossible.empty() ? "yes" : in.acting.impossible; },
        [](In) { return words("journal intact, the world's record ours"); }},
    OwnGate{"armed",
        [](In in) { return in.acting.armed; },
        [](In in) { return in.acting.armed ? "armed" : in.acting.why_not_armed; },
        [](In) { return words("armed by a human after the last run"); }},
    OwnGate{"not_held",
        [](In in) { return !in.acting.held; },
        [](In in) { return in.acting.held ? in.acting.hold : "no hold"; },
        [](In) { return words("no hold"); }},
    OwnGate{"no_run",
        [](In in) { return in.acting.run == 0; },
        [](In in) { return in.acting.run == 0 ? "none" : "run " + std::to_string(in.acting.run) + " has not ended"; },
        [](In) { return words("no run under way"); }},
    OwnGate{"below_cap",
        [](In in) { return !in.acting.cap_reached; },
        [](In in) { return or_none(in.acting.cap); },
        [](In) { return words("fewer automatic runs than max_automatic_runs"); }},
    OwnGate{"roles_known",
        [](In in) { return in.roles.conflict.empty(); },
        [](In in) { return in.roles.conflict.empty() ? in.roles.active + " is active" : in.roles.conflict; },
        [](In) { return words("record and world agree"); }},
    OwnGate{"observer_sighted",
        [](In in) { return in.blind_because.empty(); },
        [](In in) { return in.blind_because.empty() ? "sighted" : in.blind_because; },
        [](In) { return words("not blind"); }},
    OwnGate{"warmed_up",
        [](In in) { return in.watching_for >= in.detector.warm_up; },
        [](In in) { return "watching for " + seconds(std::min(in.watching_for, in.detector.warm_up)); },
        [](In in) { return "at least " + seconds(in.detector.warm_up); }},
    OwnGate{"verdict_failed",
        [](In in) { return in.active.verdict == Verdict::failed; },
        [](In in) { return std::string(name_of(in.active.verdict)) + " (" + std::string(in.active.reason) + ")"; },
        [](In) { return words("failed"); }},
    OwnGate{"confirmed",
        [](In in) { return in.failed_for && *in.failed_for >= in.detector.confirm; },
        [](In in) { return "failed for " + seconds(std::min(in.failed_for.value_or(Duration::zero()), in.detector.confirm)); },
        [](In in) { return "at least " + seconds(in.detector.confirm); }},
    OwnGate{"record_durable",
        [](In in) { return in.store_failure.empty(); },
        [](In in) { return or_none(in.store_failure); },
        [](In) { return words("no write to the record has failed"); }},
    OwnGate{"no_maintenance",
        [](In in) { return in.maintenance.empty(); },
        [](In in) { return list(in.maintenance); },
        [](In) { return words("none"); }},
    OwnGate{"no_local_recovery",
        [](In in) { return in.local_recovery.empty(); },
        [](In in) { return list(in.local_recovery); },
        [](In) { return words("none"); }},
    OwnGate{"one_active",
        [](In in) { return !in.standby_serves_as_active; },
        [](In in) { return in.standby_serves_as_active ? in.roles.standby + " serves as active" : "one"; },
        [](In) { return words("the standby does not serve as active"); }},
    OwnGate{"no_shared_fault",
        [](In in) { return in.shared_fault.empty(); },
        [](In in) { return or_none(in.shared_fault); },
        [](In) { return words("none"); }},
};
// clang-format on

}  // namespace

std::string Gates::Standing::full_name() const
{
    return (of_standby ? "standby_" : "") + std::string(name);
}

void Gates::evaluate(const GateInput& input)
{
    std::vector<Standing> fresh;
    fresh.reserve(own_gates.size() + input.standby.checks.size());
    for (const auto& gate : own_gates)
        fresh.push_back({gate.name, false, gate.is_open(input), input.now});
    for (const auto& check : input.standby.checks)
        fresh.push_back({check.name, true, check.ok, input.now});
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const auto* before = before_of(fresh[i], i);
        if (before != nullptr && before->open == fresh[i].open)
            fresh[i].since = before->since;
    }
    gates_ = std::move(fresh);
}

/// The place of a check changes with the variant only, that of an own gate never.
const Gates::Standing* Gates::before_of(const Standing& gate, std::size_t index) const
{
    const auto is_same = [&gate](const Standing& other) {
        return other.of_standby && other.name == gate.name;
    };
    if (index < gates_.size() && (!gate.of_standby || is_same(gates_[index])))
        return &gates_[index];
    const auto found = std::ranges::find_if(gates_, is_same);
    return found == gates_.end() ? nullptr : &*found;
}

Gate Gates::in_words(std::size_t index, const GateInput& input) const
{
    const auto& standing = gates_[index];
    Gate gate{standing.full_name(), standing.open, {}, {}, standing.since};
    if (standing.of_standby) {
        const auto& check = input.standby.checks[index - own_gates.size()];
        gate.value = check.value;
        gate.threshold = check.threshold;
    } else {
        gate.value = own_gates[index].value(input);
        gate.threshold = own_gates[index].threshold(input);
    }
    return gate;
}

std::vector<Gate> Gates::all(const GateInput& input) const
{
    std::vector<Gate> gates;
    for (std::size_t i = 0; i < gates_.size(); ++i)
        gates.push_back(in_words(i, input));
    return gates;
}

std::vector<Gate> Gates::closed(const GateInput& input) const
{
    std::vector<Gate> gates;
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        if (!gates_[i].open)
            gates.push_back(in_words(i, input));
    }
    return gates;
}

bool Gates::all_open_but(std::string_view name) const
{
    return !gates_.empty() && std::ranges::all_of(gates_, [name](const Standing& gate) {
        return gate.open || gate.full_name() == name;
    });
}

std::vector<std::string> Gates::closed() const
{
    std::vector<std::string> names;
    for (const auto& gate : gates_) {
        if (!gate.open)
            names.push_back(gate.full_name());
    }
    return names;
}

}  // namespace understudy::core
