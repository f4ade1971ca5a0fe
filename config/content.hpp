/// `[content]`: how a plane's database is asked what it holds.
#pragma once

#include "config/pace.hpp"
#include "config/section.hpp"
#include "config/settings.hpp"

#include <optional>

namespace understudy::config {

/// Empty when the section is not there. Fills what the plan needs of it as well.
std::optional<ContentDefinition> read_content(Section& root, core::ActingSettings& settings);

/// The probe `PLANE/content`, which asks as `instance` is asked; slow, and evidence of nothing.
ProbeDefinition content_probe(
    const std::string& plane,
    probes::PostgresProbe::Options instance,
    const ContentDefinition& content,
    const Pace& pace);

}  // namespace understudy::config
