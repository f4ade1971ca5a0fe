#include "daemon/alert_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace understudy {

std::string rfc3339(core::WallTime time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto rest = time - seconds;
    const auto fields = fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count()));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fields, rest.count());
}

boost::json::object json_of(const store::Labels& labels)
{
    boost::json::object object;
    for (const auto& [name, value] : labels)
        object.emplace(name, value);
    return object;
}

}  // namespace understudy
