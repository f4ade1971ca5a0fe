// A kubeconfig file, `CONTEXT\nTEXT`: understood, or refused with the place in the file.
#include "net/kubeconfig.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

constexpr std::string_view file = "/nowhere/kubeconfig";

bool is_number(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void require_place(std::string_view message)
{
    require(take_until(message, ':') == file, "a refusal names the file");
    require(is_number(take_until(message, ':')), "and the line");
    require(is_number(take_until(message, ':')), "and the column");
    require(message.size() > 1, "and says what is wrong");
}

void require_sound(const net::Kubeconfig& config)
{
    require(!config.context.empty(), "it has a context");
    require(!config.server.empty() && !config.server.ends_with('/'), "and a server");
    if (config.exec)
        require(!config.exec->argv.empty() && !config.exec->argv.front().empty(), "and a program");
}

}  // namespace

void try_input(std::string_view input)
{
    const auto context = take_until(input, '\n');
    try {
        const auto config = net::parse_kubeconfig(input, file, context);
        require_sound(config);
        const auto again = net::parse_kubeconfig(input, file, config.context);
        require(again.server == config.server, "the context by its name is the same");
    } catch (const std::runtime_error& error) {
        require_place(error.what());
    }
}

}  // namespace understudy::fuzz
