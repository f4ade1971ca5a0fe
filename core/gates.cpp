#include "core/gates.hpp"

#include <algorithm>
#include <array>

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

Gate mode_gate(const GateInput& in)
{
    return {
        "mode",
        in.mode != Mode::observe,
        std::string(name_of(in.mode)),
        "approve or automatic",
        {}};
}

Gate able_gate(const GateInput& in)
{
    return {
        "able_to_act",
        in.acting.impossible.empty(),
        in.acting.impossible.empty() ? "yes" : in.acting.impossible,
        "journal intact, the world's record ours",
        {}};
}

Gate armed_gate(const GateInput& in)
{
    return {
        "armed",
        in.acting.armed,
        in.acting.armed ? "armed" : in.acting.why_not_armed,
        "armed by a human after the last run",
        {}};
}

Gate hold_gate(const GateInput& in)
{
    return {
        "not_held", !in.acting.held, in.acting.held ? in.acting.hold : "no hold", "no hold", {}};
}

Gate no_run_gate(const GateInput& in)
{
    return {
        "no_run",
        in.acting.run == 0,
        in.acting.run == 0 ? "none" : "run " + std::to_string(in.acting.run) + " has not ended",
        "no run under way",
        {}};
}

Gate cap_gate(const GateInput& in)
{
    return {
        "below_cap",
        !in.acting.cap_reached,
        in.acting.cap.empty() ? "none" : in.acting.cap,
        "fewer automatic runs than max_automatic_runs",
        {}};
}

Gate roles_gate(const GateInput& in)
{
    const auto value = in.roles.active + " is active";
    return {
        "roles_known",
        in.roles.conflict.empty(),
        in.roles.conflict.empty() ? value : in.roles.conflict,
        "record and world agree",
        {}};
}

Gate sighted_gate(const GateInput& in)
{
    return {
        "observer_sighted",
        in.blind_because.empty(),
        in.blind_because.empty() ? "sighted" : in.blind_because,
        "not blind",
        {}};
}

Gate warmed_up_gate(const GateInput& in)
{
    return {
        "warmed_up",
        in.watching_for >= in.detector.warm_up,
        "watching for " + seconds(std::min(in.watching_for, in.detector.warm_up)),
        "at least " + seconds(in.detector.warm_up),
        {}};
}

Gate verdict_gate(const GateInput& in)
{
    return {
        "verdict_failed",
        in.active.verdict == Verdict::failed,
        std::string(name_of(in.active.verdict)) + " (" + std::string(in.active.reason) + ")",
        "failed",
        {}};
}

Gate confirmation_gate(const GateInput& in)
{
    const auto held = in.failed_for.value_or(Duration::zero());
    return {
        "confirmed",
        in.failed_for && held >= in.detector.confirm,
        "failed for " + seconds(std::min(held, in.detector.confirm)),
        "at least " + seconds(in.detector.confirm),
        {}};
}

Gate store_gate(const GateInput& in)
{
    return {
        "record_durable",
        in.store_failure.empty(),
        or_none(in.store_failure),
        "no write to the record has failed",
        {}};
}

Gate two_actives_gate(const GateInput& in)
{
    return {
        "one_active",
        !in.standby_serves_as_active,
        in.standby_serves_as_active ? in.roles.standby + " serves as active" : "one",
        "the standby does not serve as active",
        {}};
}

Gate maintenance_gate(const GateInput& in)
{
    return {"no_maintenance", in.maintenance.empty(), list(in.maintenance), "none", {}};
}

Gate local_recovery_gate(const GateInput& in)
{
    return {"no_local_recovery", in.local_recovery.empty(), list(in.local_recovery), "none", {}};
}

Gate shared_fault_gate(const GateInput& in)
{
    return {"no_shared_fault", in.shared_fault.empty(), or_none(in.shared_fault), "none", {}};
}

constexpr std::array own_gates{
    mode_gate,         able_gate,  armed_gate,       hold_gate,           no_run_gate,
    cap_gate,          roles_gate, sighted_gate,     warmed_up_gate,      verdict_gate,
    confirmation_gate, store_gate, maintenance_gate, local_recovery_gate, two_actives_gate,
    shared_fault_gate};

std::vector<Gate> evaluate_all(const GateInput& in)
{
    std::vector<Gate> gates;
    gates.reserve(own_gates.size() + in.standby.checks.size());
    for (const auto& gate : own_gates)
        gates.push_back(gate(in));
    for (const auto& check : in.standby.checks)
        gates.push_back(
            {"standby_" + std::string(check.name), check.ok, check.value, check.threshold, {}});
    return gates;
}

}  // namespace

const std::vector<Gate>& Gates::evaluate(const GateInput& input)
{
    auto fresh = evaluate_all(input);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        auto& gate = fresh[i];
        // Their order is that of before, but after a change of the variant.
        const auto from = i < gates_.size() && gates_[i].name == gate.name ? i : 0;
        const auto before = std::ranges::find(
            gates_.begin() + static_cast<std::ptrdiff_t>(from), gates_.end(), gate.name,
            &Gate::name);
        const bool unchanged = before != gates_.end() && before->open == gate.open;
        gate.since = unchanged ? before->since : input.now;
    }
    gates_ = std::move(fresh);
    return gates_;
}

bool Gates::all_open_but(std::string_view name) const
{
    return !gates_.empty() && std::ranges::all_of(gates_, [name](const Gate& gate) {
        return gate.open || gate.name == name;
    });
}

std::vector<std::string> Gates::closed() const
{
    std::vector<std::string> names;
    for (const auto& gate : gates_) {
        if (!gate.open)
            names.push_back(gate.name);
    }
    return names;
}

}  // namespace understudy::core
