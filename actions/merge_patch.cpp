#include "actions/merge_patch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace understudy::actions {

namespace json = boost::json;

namespace {

bool is_member_applied(const json::value* present, const json::value& wanted)
{
    if (wanted.is_null())
        return present == nullptr;
    return present != nullptr && is_applied(*present, wanted);
}

}  // namespace

std::optional<json::value> merge_patch_in(std::string_view text)
{
    boost::system::error_code error;
    auto patch = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !patch.is_object())
        return std::nullopt;
    return patch;
}

bool is_applied(const json::value& object, const json::value& patch)
{
    if (!patch.is_object())
        return object == patch;
    if (!object.is_object())
        return false;
    for (const auto& [name, wanted] : patch.get_object()) {
        if (!is_member_applied(object.get_object().if_contains(name), wanted))
            return false;
    }
    return true;
}

}  // namespace understudy::actions
