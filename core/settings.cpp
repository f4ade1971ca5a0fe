#include "core/settings.hpp"

#include <algorithm>
#include <array>

namespace understudy::core {

std::string_view name_of(Mode mode) noexcept
{
    switch (mode) {
    case Mode::observe: return "observe";
    case Mode::approve: return "approve";
    case Mode::automatic: return "automatic";
    }
    return "unknown";
}

std::string_view name_of(Variant variant) noexcept
{
    switch (variant) {
    case Variant::embedded_sync: return "embedded-sync";
    case Variant::restore: return "restore";
    case Variant::shared_postgres: return "shared-postgres";
    case Variant::external_postgres: return "external-postgres";
    }
    return "unknown";
}

std::optional<Variant> variant_named(std::string_view name) noexcept
{
    constexpr std::array all{
        Variant::embedded_sync, Variant::restore, Variant::shared_postgres,
        Variant::external_postgres};
    const auto found =
        std::ranges::find(all, name, [](Variant variant) { return name_of(variant); });
    if (found == all.end())
        return std::nullopt;
    return *found;
}

std::string_view name_of(EvidenceClass evidence_class) noexcept
{
    switch (evidence_class) {
    case EvidenceClass::api: return "api";
    case EvidenceClass::agents: return "agents";
    case EvidenceClass::kubernetes: return "kubernetes";
    case EvidenceClass::database: return "database";
    case EvidenceClass::clients: return "clients";
    }
    return "unknown";
}

std::string_view name_of(Purpose purpose) noexcept
{
    switch (purpose) {
    case Purpose::api: return "api";
    case Purpose::agents: return "agents";
    case Purpose::kubernetes: return "kubernetes";
    case Purpose::database: return "database";
    case Purpose::clients: return "clients";
    case Purpose::canary: return "canary";
    case Purpose::information: return "information";
    }
    return "unknown";
}

Duration fresh_for(const ProbeSettings& probe) noexcept
{
    constexpr int rounds = 4;
    return rounds * std::max(probe.interval, probe.timeout) + probe.timeout;
}

}  // namespace understudy::core
