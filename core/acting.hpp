/// What the executor tells the judge: the gates that are about ourselves acting.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::core {

struct Acting {
    bool armed = true;
    std::string why_not_armed;
    bool held = false;
    std::string hold;       ///< By whom, until when, why.
    std::uint64_t run = 0;  ///< Epoch of the run that has not ended; 0: none.
    bool cap_reached = false;
    std::string cap;  ///< `1 of 1 in 30 days`
    std::string
        impossible;  ///< Why nothing can be done at all (journal, foreign record); empty: it can.

    bool operator==(const Acting&) const = default;
};

}  // namespace understudy::core
