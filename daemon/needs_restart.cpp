#include "daemon/needs_restart.hpp"

#include <vector>

namespace understudy {

namespace {

std::vector<std::string> names_of_planes(const config::Settings& settings)
{
    std::vector<std::string> result;
    for (const auto& plane : settings.watch.planes)
        result.push_back(plane.name);
    return result;
}

}  // namespace

std::string needs_restart(const config::Settings& before, const config::Settings& after)
{
    if (names_of_planes(before) != names_of_planes(after))
        return "the names of the planes";
    if (before.state_directory != after.state_directory)
        return "state_directory";
    if (before.watch.observer != after.watch.observer)
        return "observer";
    const auto instance = [](const config::Settings& settings) {
        return settings.acting ? settings.acting->settings.instance : std::string();
    };
    if (instance(before) != instance(after))
        return "acting.instance";
    if (before.admin.socket != after.admin.socket || before.admin.group != after.admin.group)
        return "admin";
    if (before.listen.host != after.listen.host || before.listen.port != after.listen.port)
        return "listen";
    if (before.heartbeat != after.heartbeat)
        return "heartbeat";
    if (before.log.format != after.log.format)
        return "log.format";
    return {};
}

}  // namespace understudy
