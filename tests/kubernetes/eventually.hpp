/// Waits for what a controller does in its own time.
#pragma once

#include <chrono>
#include <functional>

namespace understudy::kubernetes {

/// Asks again until it holds; false when `patience` is over.
bool eventually(
    const std::function<bool()>& holds, std::chrono::seconds patience = std::chrono::seconds(30));

}  // namespace understudy::kubernetes
