#include "config/hooks.hpp"

#include "net/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

/// The word as a shell would need it, so that words with blanks stay apart where they are shown.
std::string shell_word(std::string_view word)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "_-./:=@,+%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
        return std::string(word);
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string command_line(const std::vector<std::string>& argv)
{
    std::string line;
    for (const auto& word : argv)
        line += (line.empty() ? "" : " ") + shell_word(word);
    return line;
}

void read_place(Section& section, core::Variant variant, core::HookSettings& place)
{
    constexpr std::array sides{Choice<bool>{"before", true}, Choice<bool>{"after", false}};
    const auto names = core::failover_step_names(variant);
    std::vector<Choice<std::string>> steps;
    for (const auto& name : names)
        steps.emplace_back(name, name);
    if (section.require("step", "name the step that it belongs to, such as \"fence\""))
        section.read_choice<std::string>("step", place.step, steps);
    if (section.require("when", "write \"before\" or \"after\""))
        section.read_choice<bool>("when", place.before, sides);
}

/// The hash of its content; empty, and reported, when it cannot be a hook.
std::string checked_program(Section& section, const std::string& program)
{
    if (!program.starts_with('/')) {
        section.complain(
            "argv", "must begin with the absolute path of a program: there is no shell");
        return {};
    }
    if (const auto problem = Files::problem_with(program, FileKind::program); !problem.empty()) {
        section.complain("argv", problem);
        return {};
    }
    const auto hash = net::sha256_hex_of_file(program);
    if (!hash)
        section.complain("argv", fmt::format("{} is empty or cannot be read", shown(program)));
    return hash.value_or("");
}

void read_hook(Section& section, ActingDefinition& acting)
{
    core::HookSettings place;
    HookDefinition hook;
    hook.name = section.read_name();
    read_place(section, acting.settings.variant, place);
    read_program(section, place, hook);
    section.read("timeout", hook.timeout, Range<Duration>{100ms, 24h});
    place.name = hook.name;
    place.timeout = hook.timeout;
    section.reject_unknown();
    acting.settings.hooks.push_back(std::move(place));
    acting.hooks.push_back(std::move(hook));
}

}  // namespace

void read_program(Section& section, core::HookSettings& place, HookDefinition& hook)
{
    section.require("argv", "write the program's absolute path and its arguments");
    section.read("argv", hook.argv);
    const auto* words = section.find("argv");
    if (words != nullptr && words->array() != nullptr && words->array()->empty())
        section.complain("argv", "is empty: write the program's absolute path and its arguments");
    if (!hook.argv.empty())
        place.content_hash = checked_program(section, hook.argv.front());
    place.argv = command_line(hook.argv);
}

void read_hooks(Section& root, ActingDefinition& acting)
{
    std::set<std::string> names;
    for (auto& section : root.tables("hook")) {
        read_hook(section, acting);
        const auto& name = acting.hooks.back().name;
        if (!name.empty() && !names.insert(name).second)
            section.complain(
                "name",
                fmt::format("is {} a second time: the name tells its operation", shown(name)));
    }
}

bool has_hook_for(const core::ActingSettings& settings, std::string_view step)
{
    return std::ranges::any_of(
        settings.hooks, [&](const core::HookSettings& hook) { return hook.step == step; });
}

}  // namespace understudy::config
