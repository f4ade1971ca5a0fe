#include "sandbox/kube/openapi_v2.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace {

std::string varint(std::size_t number)
{
    std::string bytes;
    for (; number > 127; number >>= 7)
        bytes += static_cast<char>((number & 0x7fU) | 0x80U);
    return bytes + static_cast<char>(number);
}

/// A length-delimited field: a string or a message.
std::string field(unsigned number, const std::string& content)
{
    constexpr unsigned length_delimited = 2;
    return varint(number << 3 | length_delimited) + varint(content.size()) + content;
}

/// Parameter > NonBodyParameter > QueryParameterSubSchema.name
std::string query_parameter(const std::string& name)
{
    return field(1, field(2, field(3, field(4, name))));
}

/// NamedAny with the YAML of the kind.
std::string kind_extension(const ResourceType& type)
{
    const auto kind =
        fmt::format("group: \"{}\"\nkind: {}\nversion: {}\n", type.group, type.kind, type.version);
    return field(1, "x-kubernetes-group-version-kind") + field(2, field(2, kind));
}

/// NamedPathItem with one operation, PATCH.
std::string path_item(const ResourceType& type)
{
    const auto path = fmt::format("/{}/{{name}}", type.plural);
    const auto operation = field(8, query_parameter("dryRun")) + field(13, kind_extension(type));
    return field(1, path) + field(2, field(8, operation));
}

}  // namespace

std::string openapi_v2(std::span<const ResourceType> types)
{
    std::string paths;
    for (const auto& type : types)
        paths += field(2, path_item(type));
    return field(1, "2.0") + field(8, paths);
}

}  // namespace understudy::sandbox
