#include "sandbox/kube/events.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

void record_event(
    ObjectStore& store,
    const json::value& object,
    const std::string& reason,
    const std::string& message)
{
    const auto name = text_at(object, "/metadata/name");
    const auto name_space = text_at(object, "/metadata/namespace");
    const json::object involved{
        {"kind", text_at(object, "/kind")},
        {"apiVersion", text_at(object, "/apiVersion")},
        {"name", name},
        {"namespace", name_space},
        {"uid", text_at(object, "/metadata/uid")}};
    const auto event_name = fmt::format("{}.{:x}", name, store.revision());
    store.create(
        type_of_kind("Event"), {{"metadata", {{"name", event_name}, {"namespace", name_space}}},
                                {"involvedObject", involved},
                                {"type", "Warning"},
                                {"reason", reason},
                                {"message", message},
                                {"count", 1},
                                {"firstTimestamp", timestamp_now()},
                                {"lastTimestamp", timestamp_now()}});
}

}  // namespace understudy::sandbox
