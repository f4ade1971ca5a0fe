#include "sandbox/kube/api_path.hpp"

#include <algorithm>

namespace understudy::sandbox {

namespace {

/// Takes the first segment off a path that begins with a slash.
std::string take_segment(std::string_view& path)
{
    if (path.empty())
        return {};
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    std::string segment(path.substr(0, end));
    path.remove_prefix(end);
    return segment;
}

}  // namespace

std::optional<ApiPath> parse_api_path(std::string_view path)
{
    const auto root = take_segment(path);
    if (root != "api" && root != "apis")
        return std::nullopt;
    const auto group = root == "apis" ? take_segment(path) : std::string();
    const auto version = take_segment(path);
    auto plural = take_segment(path);
    ApiPath result;
    if (plural == "namespaces" && std::ranges::count(path, '/') > 1) {
        result.name_space = take_segment(path);
        plural = take_segment(path);
    }
    result.type = find_type(group, version, plural);
    if (result.type == nullptr)
        return std::nullopt;
    result.name = take_segment(path);
    result.subresource = take_segment(path);
    result.rest = path;
    return result;
}

}  // namespace understudy::sandbox
