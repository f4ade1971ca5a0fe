/// Which boot of this machine this is, and which process.
#pragma once

#include <string>

namespace understudy {

/// `/proc/sys/kernel/random/boot_id` (random(4)). Throws std::runtime_error when it cannot be read:
/// without it the age of an effect cannot be told.
std::string boot_id();
/// Another one each time: `/proc/sys/kernel/random/uuid` (random(4)). Throws as above.
std::string new_process_id();

}  // namespace understudy
