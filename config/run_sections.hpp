/// The sections of a run's steps: `[acting]`, `[quiet]`, `[promote]`, `[serve]`, `[rejoin]`.
///
/// All but the first want `settings.effect` to be filled.
#pragma once

#include "config/section.hpp"
#include "core/acting_settings.hpp"

#include <optional>

namespace understudy::config {

inline constexpr Range<core::Duration> deadline_range{
    std::chrono::seconds(1), std::chrono::hours(24)};
inline constexpr Range<core::Duration> stable_range{
    std::chrono::milliseconds(100), std::chrono::hours(1)};

/// How long an effect may be under way: its sender's limit, and then the server's.
core::Duration longest_of(const core::EffectSettings& effect);

/// A step whose deadline is shorter than that would give up while its own effect may still land.
void check_step_deadline(
    Section& section, core::Duration deadline, const core::EffectSettings& effect);

/// `settings.instance` holds the default.
void read_acting_limits(Section& root, core::ActingSettings& settings);
void read_quiet(Section& root, core::ActingSettings& settings);
void read_promote(Section& root, core::ActingSettings& settings);
void read_serve(Section& root, core::ActingSettings& settings);
/// `ttl` is that of the floating name, where it is known.
void read_rejoin(Section& root, std::optional<core::Duration> ttl, core::ActingSettings& settings);

}  // namespace understudy::config
