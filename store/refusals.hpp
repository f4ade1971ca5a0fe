/// What becomes of a delivery that a receiver will not take as it is. Runs on the worker, as the
/// outbox does.
#pragma once

#include "store/outbox.hpp"

#include <string>

namespace understudy::store {

struct Refusal {
    core::WallTime at;
    core::WallTime again_at;  ///< When the receiver is asked again about what still holds.
    std::string error;

    Refusal() = default;
};

/// True: the alert still fires, so its delivery is kept, and waits as a repeat. The receiver has
/// not been told. False: the delivery is gone, because newer events of its alert wait behind it, or
/// because it told of an end, which holds nobody up. A raise that the receiver never heard takes
/// the resolve that belongs to it along.
bool abandon(Database& database, const Delivery& delivery, const Refusal& refusal);

/// What was refused is due now: the configuration was loaded again, which may have mended it.
void hurry_refused(Database& database, const std::string& receiver, core::WallTime now);

}  // namespace understudy::store
