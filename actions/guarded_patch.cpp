#include "actions/guarded_patch.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace understudy::actions {

namespace json = boost::json;

GuardedPatch::GuardedPatch(const std::string& version)
{
    json::object test;
    test["op"] = "test";
    test["path"] = "/metadata/resourceVersion";
    test["value"] = version;
    operations_.push_back(std::move(test));
}

void GuardedPatch::set(const std::string& pointer, json::value value)
{
    json::object add;  // of RFC 6902 replaces what is there
    add["op"] = "add";
    add["path"] = pointer;
    add["value"] = std::move(value);
    operations_.push_back(std::move(add));
}

void GuardedPatch::set_members(
    const std::string& pointer, bool present, const json::object& members)
{
    if (!present) {
        set(pointer, members);
        return;
    }
    for (const auto& [name, value] : members)
        set(pointer + "/" + pointer_part({name.data(), name.size()}), value);
}

std::string GuardedPatch::text() const { return json::serialize(operations_); }

std::string pointer_part(std::string_view name)
{
    std::string part;
    for (const char c : name) {
        if (c == '~')
            part += "~0";
        else if (c == '/')
            part += "~1";
        else
            part += c;
    }
    return part;
}

}  // namespace understudy::actions
