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

Claim as_claim(bool standby) { return standby ? Claim::standby : Claim::active; }

/// Only what this process saw since the roles last moved: what was before tells nothing of now.
template <class T>
std::optional<T> present(const FactsByName& facts, std::string_view fact)
{
    const auto* seen = find_seen(facts, fact);
    return seen != nullptr && seen->at ? value_of<T>(seen) : std::nullopt;
}

std::optional<Claim> claim_by_kubegres(const FactsByName& facts)
{
    const auto standby = present<bool>(facts, "kubegres/standby");
    return standby ? std::optional(as_claim(*standby)) : std::nullopt;
}

std::optional<Claim> claim_by_replicas(const FactsByName& facts)
{
    const auto tsb = present<std::int64_t>(facts, "deployment/tsb/replicas");
    const auto iam = present<std::int64_t>(facts, "deployment/iam/replicas");
    if (!tsb || !iam)
        return std::nullopt;
    return as_claim(*tsb == 0 && *iam == 0);
}

/// Standby when every database instance of the plane that told is in recovery.
std::optional<Claim> claim_by_recovery(const FactsByName& facts)
{
    std::optional<bool> all;
    for (const auto& [name, seen] : beginning_with(facts, "postgres/")) {
        if (!name.ends_with("/in_recovery"))
            continue;
        if (const auto* in_recovery = std::get_if<bool>(&seen.value);
            in_recovery != nullptr && seen.at)
            all = all.value_or(true) && *in_recovery;
    }
    return all ? std::optional(as_claim(*all)) : std::nullopt;
}

std::string name_of_other(const WatchSettings& settings, const std::string& plane)
{
    const auto other = std::ranges::find_if(
        settings.planes, [&plane](const PlaneSettings& p) { return p.name != plane; });
    return other == settings.planes.end() ? std::string{} : other->name;
}

std::string_view without_root(std::string_view name)
{
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return name;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// DNS names are equal whatever their case, with or without the root's dot.
bool are_equal_names(std::string_view a, std::string_view b)
{
    return std::ranges::equal(without_root(a), without_root(b), {}, lower, lower);
}

/// Addresses do not tell which plane they are of: that takes a name.
bool is_name(std::string_view answer)
{
    return !answer.empty() && answer.find_first_of(" :") == std::string_view::npos &&
           answer.find_first_not_of("0123456789.") != std::string_view::npos;
}

}  // namespace

bool is_own_name(const PlaneSettings& plane, std::string_view name)
{
    return !name.empty() && are_equal_names(plane.host, name);
}

std::string points_to(const WatchSettings& settings, std::string_view floating_answer)
{
    const auto found = std::ranges::find_if(settings.planes, [&](const PlaneSettings& plane) {
        return is_own_name(plane, floating_answer);
    });
    return found == settings.planes.end() ? std::string{} : found->name;
}

Claim claim_of(const std::string& plane, const Knowledge& knowledge, Variant variant)
{
    const auto& facts = knowledge.of(plane);
    if (variant == Variant::embedded_sync)
        return claim_by_kubegres(facts).value_or(claim_by_recovery(facts).value_or(Claim::silent));
    if (variant == Variant::external_postgres) {
        if (const auto claim = claim_by_recovery(facts))
            return *claim;
    }
    return claim_by_replicas(facts).value_or(Claim::silent);
}

std::string conflict_with_stranger(const std::string& recorded_active)
{
    return "the record says that " + recorded_active +
           " is active, and no plane of that name is configured: give the plane its former name, "
           "or say which plane is active as docs/alerts.md describes";
}

RoleJudgement judge_roles(
    const WatchSettings& settings,
    const std::string& recorded_active,
    const Knowledge& knowledge,
    std::string_view floating_answer)
{
    RoleJudgement result{recorded_active, name_of_other(settings, recorded_active), {}};
    const auto complain = [&result](const std::string& text) {
        result.conflict += (result.conflict.empty() ? "" : "; ") + text;
    };

    const auto pointed_at = points_to(settings, floating_answer);
    if (!pointed_at.empty() && pointed_at != recorded_active)
        complain("the floating name points to " + pointed_at);
    if (pointed_at.empty() && is_name(floating_answer))
        complain(
            "the floating name points to " + std::string(floating_answer) +
            ", which is neither plane");

    const auto active = claim_of(recorded_active, knowledge, settings.variant);
    const auto standby = claim_of(result.standby, knowledge, settings.variant);
    // A plane that was fenced keeps a database that calls itself primary until it is rebuilt.
    const bool is_fenced = claim_by_replicas(knowledge.of(result.standby)) == Claim::standby;
    if (standby == Claim::active && !is_fenced)
        complain(
            result.standby + " says that it is active" +
            (active == Claim::active ? ", and so does " + recorded_active : ""));
    // A stopped active looks like a standby: that is a fault or maintenance of the active, and a
    // conflict only when its database says so or the other plane claims to be active.
    const auto& of_active = knowledge.of(recorded_active);
    const bool is_only_stopped =
        active == claim_by_replicas(of_active) && settings.variant != Variant::embedded_sync &&
        !(settings.variant == Variant::external_postgres && claim_by_recovery(of_active));
    if (active == Claim::standby && !is_only_stopped)
        complain(recorded_active + " says that it is a standby");
    return result;
}

}  // namespace understudy::core
