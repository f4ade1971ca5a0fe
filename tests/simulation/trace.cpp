#include "trace.hpp"

#include <cstdio>

namespace understudy::simulation {

void Trace::tell(core::Instant now, std::string_view who, std::string_view what)
{
    using std::chrono::milliseconds;
    const auto passed = std::chrono::duration_cast<milliseconds>(now - beginning).count();
    char stamp[32];
    std::snprintf(
        stamp, sizeof stamp, "%6lld.%03lld  ", static_cast<long long>(passed / 1000),
        static_cast<long long>(passed % 1000));
    story_.append(stamp).append(who);
    story_.append(who.size() < 9 ? 9 - who.size() : 1, ' ').append(what).append("\n");
}

}  // namespace understudy::simulation
