#include "sandbox/kube/conditions.hpp"

#include "sandbox/kube/object_store.hpp"

namespace understudy::sandbox {

namespace {

json::value& condition(json::value& object, std::string_view type)
{
    if (find_at(object, "/status/conditions") == nullptr)
        set_at(object, "/status/conditions", json::array());
    boost::system::error_code ignored;
    auto& list = object.find_pointer("/status/conditions", ignored)->get_array();
    for (auto& candidate : list) {
        if (text_at(candidate, "/type") == type)
            return candidate;
    }
    return list.emplace_back(json::object{{"type", type}});
}

}  // namespace

void set_condition(json::value& object, std::string_view type, bool status, std::string_view reason)
{
    auto& entry = condition(object, type);
    const std::string_view text = status ? "True" : "False";
    if (text_at(entry, "/status") == text && text_at(entry, "/reason") == reason)
        return;
    if (text_at(entry, "/status") != text)
        set_at(entry, "/lastTransitionTime", json::value(timestamp_now()));
    set_at(entry, "/status", json::value(text));
    set_at(entry, "/reason", json::value(reason));
    set_at(entry, "/lastUpdateTime", json::value(timestamp_now()));
}

}  // namespace understudy::sandbox
