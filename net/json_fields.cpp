#include "net/json_fields.hpp"

#include <boost/json/array.hpp>

namespace understudy::net {

namespace json = boost::json;

const json::value* at(const json::value& document, std::string_view pointer) noexcept
{
    boost::system::error_code error;
    return document.find_pointer(pointer, error);
}

std::optional<std::int64_t> int_at(const json::value& document, std::string_view pointer)
{
    const auto* found = at(document, pointer);
    if (found == nullptr || !found->is_int64())
        return std::nullopt;
    return found->get_int64();
}

std::optional<bool> bool_at(const json::value& document, std::string_view pointer)
{
    const auto* found = at(document, pointer);
    if (found == nullptr || !found->is_bool())
        return std::nullopt;
    return found->get_bool();
}

std::string string_at(const json::value& document, std::string_view pointer)
{
    const auto* found = at(document, pointer);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

const json::array& array_at(const json::value& document, std::string_view pointer)
{
    static const json::array nothing;
    const auto* found = at(document, pointer);
    return found != nullptr && found->is_array() ? found->get_array() : nothing;
}

}  // namespace understudy::net
