#include "eventually.hpp"

#include <poll.h>

namespace understudy::kubernetes {

bool eventually(const std::function<bool()>& holds, std::chrono::seconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        poll(nullptr, 0, 20);  // between two looks at another process, not in their place
    }
    return true;
}

}  // namespace understudy::kubernetes
