/// The configurations under which the pair is simulated.
#pragma once

#include "core/acting_settings.hpp"
#include "core/settings.hpp"

#include "random.hpp"

namespace understudy::simulation {

/// What is drawn of a configuration; the rest is as in a usual installation.
struct Choices {
    core::Variant variant = core::Variant::embedded_sync;
    core::Mode mode = core::Mode::automatic;
    core::Duration interval = std::chrono::seconds(5);
    core::Duration confirm = std::chrono::seconds(60);
    core::WhenUnfenceable when_unfenceable = core::WhenUnfenceable::wait_for_human;
    bool has_waiver = false;
    bool restarts_edge = true;
};
Choices draw_choices(std::uint64_t seed);

core::WatchSettings watch_settings(const Choices& choices);
core::ActingSettings acting_settings(const Choices& choices);

}  // namespace understudy::simulation
