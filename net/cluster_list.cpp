#include "net/cluster_list.hpp"

#include "net/json_fields.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace understudy::net {

namespace json = boost::json;

namespace {

constexpr std::size_t text_bytes_max = 64 * 1024;

/// Lists of names are written with blanks and with commas between them.
bool is_plain(const std::string& name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c != 0x7f && c != ','; });
}

}  // namespace

std::vector<std::string> cluster_names_in(const json::value& list)
{
    std::vector<std::string> names;
    for (const auto& cluster : array_at(list, "/clusters")) {
        auto name = string_at(cluster, "/name");
        const auto fqn = string_at(cluster, "/fqn");
        names.push_back(name.empty() ? fqn.substr(fqn.rfind('/') + 1) : std::move(name));
    }
    return names;
}

std::optional<std::string> cluster_names_text(std::string_view body)
{
    boost::system::error_code error;
    const auto document = json::parse(body, error);
    if (error || !document.is_object())
        return std::nullopt;
    auto names = cluster_names_in(document);
    std::ranges::sort(names);
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : " ") + name;
    const bool is_fit = std::ranges::all_of(names, is_plain) && text.size() <= text_bytes_max;
    return is_fit ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace understudy::net
