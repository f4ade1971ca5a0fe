#include "core/roles.hpp"

#include <algorithm>

namespace understudy::core {

std::string_view name_of(Role role) noexcept
{
    switch (role) {
    case Role::active: return "active";
    case Role::standby: return "standby";
    case Role::unknown: return "unknown";
    }
    return "unknown";
}

namespace {

/// Every database instance of the plane that told, in recovery or not.
std::optional<bool> all_in_recovery(const std::string& plane, const Knowledge& knowledge)
{
    std::optional<bool> result;
    for (const auto& [name, seen] : knowledge.of(plane)) {
        if (!name.starts_with("postgres/") || !name.ends_with("/in_recovery"))
            continue;
        if (const auto* in_recovery = std::get_if<bool>(&seen.value))
            result = result.value_or(true) && *in_recovery;
    }
    return result;
}

std::string name_of_other(const WatchSettings& settings, const std::string& plane)
{
    const auto other = std::ranges::find_if(
        settings.planes, [&plane](const PlaneSettings& p) { return p.name != plane; });
    return other == settings.planes.end() ? std::string{} : other->name;
}

/// The plane whose own name the floating name points to; empty when it is neither.
std::string plane_of_answer(const WatchSettings& settings, const std::string& answer)
{
    const auto found = std::ranges::find(settings.planes, answer, &PlaneSettings::host);
    return found == settings.planes.end() ? std::string{} : found->name;
}

}  // namespace

Claim claim_of(const std::string& plane, const Knowledge& knowledge)
{
    const auto as_claim = [](bool standby) { return standby ? Claim::standby : Claim::active; };
    if (const auto standby = knowledge.value<bool>(plane, "kubegres/standby"))
        return as_claim(*standby);
    if (const auto in_recovery = all_in_recovery(plane, knowledge))
        return as_claim(*in_recovery);
    const auto tsb = knowledge.value<std::int64_t>(plane, "deployment/tsb/replicas");
    const auto iam = knowledge.value<std::int64_t>(plane, "deployment/iam/replicas");
    if (tsb && iam)
        return as_claim(*tsb == 0 && *iam == 0);
    return Claim::silent;
}

RoleJudgement judge_roles(
    const WatchSettings& settings,
    const std::string& recorded_active,
    const Knowledge& knowledge,
    const std::string& floating_answer)
{
    RoleJudgement result{recorded_active, name_of_other(settings, recorded_active), {}};
    const auto complain = [&result](const std::string& text) {
        result.conflict += (result.conflict.empty() ? "" : "; ") + text;
    };

    const auto pointed_at = plane_of_answer(settings, floating_answer);
    if (!pointed_at.empty() && pointed_at != recorded_active)
        complain("the floating name points to " + pointed_at);
    if (!floating_answer.empty() && pointed_at.empty() &&
        floating_answer.find(' ') == std::string::npos)
        complain("the floating name points to " + floating_answer + ", which is neither plane");

    const auto active = claim_of(recorded_active, knowledge);
    const auto standby = claim_of(result.standby, knowledge);
    // By replicas alone a stopped active looks like a standby: that is a fault or maintenance of
    // the active, and a conflict only when the other plane claims to be active.
    if (standby == Claim::active)
        complain(
            result.standby + " says that it is active" +
            (active == Claim::active ? ", and so does " + recorded_active : ""));
    const bool told_by_its_database =
        knowledge.find(recorded_active, "kubegres/standby") != nullptr ||
        all_in_recovery(recorded_active, knowledge).has_value();
    if (active == Claim::standby && told_by_its_database)
        complain(recorded_active + " says that it is a standby");
    return result;
}

}  // namespace understudy::core
