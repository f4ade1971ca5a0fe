#include "config/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace understudy::config {

namespace {

constexpr std::size_t object_name_max = 253;

bool is_alphanumeric(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

void check_object(Section& section, std::string_view key, std::string_view name)
{
    if (!is_object_name(name))
        section.complain(
            key, fmt::format(
                     "is {}, which cannot be the name of a Kubernetes object: write a-z, 0-9, - "
                     "and . only",
                     shown(name)));
}

}  // namespace

bool is_object_name(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= object_name_max && is_alphanumeric(text.front()) &&
           is_alphanumeric(text.back()) && text.find("..") == std::string_view::npos &&
           std::ranges::all_of(
               text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

void read_object(Section& section, std::string_view key, std::string& into)
{
    section.read(key, into);
    check_object(section, key, into);
}

void read_objects(Section& section, std::string_view key, std::vector<std::string>& into)
{
    section.read(key, into);
    std::set<std::string_view> seen;
    for (const auto& name : into) {
        check_object(section, key, name);
        if (!seen.insert(name).second)
            section.complain(key, fmt::format("names {} twice", shown(name)));
    }
}

}  // namespace understudy::config
