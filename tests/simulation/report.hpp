/// Figures and stories for people.
#pragma once

#include <iosfwd>

#include "simulation.hpp"

namespace understudy::simulation {

void print_violations(std::ostream& out, const Result& result);
void print_statistics(std::ostream& out, const Statistics& statistics);
/// What the seed drew, and what then happened.
void print_story(std::ostream& out, const Result& result);

}  // namespace understudy::simulation
