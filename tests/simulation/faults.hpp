/// What can go wrong: one table of kinds, and how a seed draws from it.
#pragma once

#include "core/settings.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "profile.hpp"

namespace understudy::simulation {

class Weather;

/// What kinds of scenario a kind of fault belongs to.
enum class FaultGroup : std::uint8_t {
    outage,          ///< The plane that it befalls does not serve any more.
    noise,           ///< Nothing that a failover would be right for.
    infrastructure,  ///< Of what runs need: API servers, names, networks.
    bastion,         ///< Of ourselves.
    misfit,          ///< The standby is not fit.
    people,
};

struct Fault;
struct FaultKind {
    std::string_view name;
    FaultGroup group;
    core::Duration least;  ///< How long it lasts.
    core::Duration most;
    void (*begins)(Weather&, const Fault&);
    void (*ends)(Weather&, const Fault&);  ///< Null: it is over at once.
    core::Duration stirs_every{};          ///< It does something again and again.
    void (*stirs)(Weather&, const Fault&) = nullptr;
};
std::span<const FaultKind> fault_kinds() noexcept;

struct Fault {
    std::size_t kind = 0;
    core::Instant begins{};
    core::Instant ends{};
    std::size_t where = 0;       ///< A plane, cluster, ...: as the kind needs it.
    std::uint64_t strength = 0;  ///< 0 to 999.
};

/// Swarm: each seed draws which kinds are on, and how dense they come.
std::vector<Fault> draw_faults(std::uint64_t seed, const ProfileRow& profile);

/// When the last fault ends, counted from the beginning.
core::Duration faults_end(const ProfileRow& profile);

}  // namespace understudy::simulation
