/// What every kind of probe is: something that can be run once and yields one outcome.
#pragma once

#include "core/outcome.hpp"

#include <boost/asio/awaitable.hpp>

namespace understudy::probes {

/// One configured check. The daemon runs a probe at most once at a time, on the one event-loop
/// thread, and bounds it from outside as well; a probe bounds itself by its own `timeout`. run()
/// never throws for a sick target; it throws operation_aborted only when it is cancelled.
class Probe {
public:
    virtual ~Probe() = default;
    virtual boost::asio::awaitable<core::Outcome> run() = 0;
};

}  // namespace understudy::probes
