#include "config/service.hpp"

#include "config/addresses.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <array>

namespace understudy::config {

namespace {

// The kernel's limit for the path of a socket, its closing zero included.
constexpr std::size_t socket_path_max = sizeof(sockaddr_un::sun_path);

}  // namespace

ListenSettings read_listen(Section& root)
{
    auto section = root.table_or_empty("listen");
    ListenSettings settings;
    std::string address = fmt::format("{}:{}", settings.host, settings.port);
    section.read("address", address);
    const auto endpoint = parse_endpoint(address);
    if (endpoint && is_numeric_address(endpoint->host))
        settings = {endpoint->host, endpoint->port};
    else
        section.complain(
            "address", fmt::format(
                           "is {}: write a numeric address with a port, such as \"127.0.0.1:9189\"",
                           shown(address)));
    section.reject_unknown();
    return settings;
}

void read_admin(Section& root, AdminSettings& settings)
{
    auto section = root.table_or_empty("admin");
    std::string socket = settings.socket.string();
    section.read("socket", socket);
    section.read("group", settings.group);
    settings.socket = socket;
    if (!settings.socket.is_absolute() || socket.size() >= socket_path_max)
        section.complain(
            "socket", fmt::format(
                          "is {}: write an absolute path of less than {} characters", shown(socket),
                          socket_path_max));
    section.reject_unknown();
}

LogSettings read_log(Section& root)
{
    constexpr std::array formats{
        Choice<LogFormat>{"auto", LogFormat::automatic}, Choice<LogFormat>{"text", LogFormat::text},
        Choice<LogFormat>{"json", LogFormat::json}};
    constexpr std::array levels{
        Choice<LogLevel>{"debug", LogLevel::debug}, Choice<LogLevel>{"info", LogLevel::info},
        Choice<LogLevel>{"warning", LogLevel::warning}, Choice<LogLevel>{"error", LogLevel::error}};
    auto section = root.table_or_empty("log");
    LogSettings settings;
    section.read_choice<LogFormat>("format", settings.format, formats);
    section.read_choice<LogLevel>("level", settings.level, levels);
    section.reject_unknown();
    return settings;
}

}  // namespace understudy::config
