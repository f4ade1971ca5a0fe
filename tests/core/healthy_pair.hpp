/// A pair of planes in which all is well, as the probes of a real one would report it.
#pragma once

#include "core/facts.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"

namespace understudy::core::testing {

/// Profile `fast` with two planes, three control planes, two canaries and a ready-made set of
/// probes.
WatchSettings fast_settings();

/// What the standby's probes report, all together.
Facts standby_facts(Now now);
/// What the active's probes report, all together.
Facts active_facts(Now now);

/// The part of `facts` whose names begin with one of `prefixes`.
Facts part(const Facts& facts, const std::vector<std::string>& prefixes);

}  // namespace understudy::core::testing
