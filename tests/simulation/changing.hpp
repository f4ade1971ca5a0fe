/// What an effect does to the world: the simulated end of the actions' `perform`.
#pragma once

#include "core/run_events.hpp"

#include "world.hpp"

namespace understudy::simulation {

/// Why nothing is sent at all, by what was read before; empty: it is sent.
std::string obstacle_to(const core::run_effect::Perform& order);

/// How the server that it reaches answers.
struct Reception {
    core::EffectResult result = core::EffectResult::unknown;
    bool is_stored = false;
    bool is_answered = true;  ///< Else its sender waits until its own deadline.
    core::Duration retry_after{};
    core::Instant settles{};  ///< When the world will have done what it asks for.
    std::string detail;
};

/// It reaches its server now. `instance` names the installation that sent it.
Reception receive(
    const core::run_effect::Perform& order,
    const std::string& instance,
    World& world,
    core::Instant now,
    Random& random);

/// The link on which it travels.
const Link& link_of(const core::Operation& operation, const World& world);

}  // namespace understudy::simulation
