#include "net/phase_sum.hpp"

#include <algorithm>

namespace understudy::net {

void add_phases(std::vector<core::PhaseTime>& sum, const std::vector<core::PhaseTime>& more)
{
    for (const auto& phase : more) {
        const auto place = std::ranges::lower_bound(sum, phase.phase, {}, &core::PhaseTime::phase);
        if (place != sum.end() && place->phase == phase.phase)
            place->took += phase.took;
        else
            sum.insert(place, phase);
    }
}

}  // namespace understudy::net
