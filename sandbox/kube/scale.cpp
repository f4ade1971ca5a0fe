#include "sandbox/kube/scale.hpp"

#include "sandbox/kube/api_error.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace {

std::string selector_text(const json::value& object)
{
    const auto* labels = find_at(object, "/spec/selector/matchLabels");
    std::string text;
    if (labels == nullptr || !labels->is_object())
        return text;
    for (const auto& label : labels->get_object())
        text += fmt::format(
            "{}{}={}", text.empty() ? "" : ",", std::string_view(label.key()),
            label.value().is_string() ? std::string_view(label.value().get_string()) : "");
    return text;
}

}  // namespace

json::value scale_of(const json::value& object)
{
    const json::value metadata{
        {"name", text_at(object, "/metadata/name")},
        {"namespace", text_at(object, "/metadata/namespace")},
        {"uid", text_at(object, "/metadata/uid")},
        {"resourceVersion", text_at(object, "/metadata/resourceVersion")},
        {"creationTimestamp", text_at(object, "/metadata/creationTimestamp")}};
    return {
        {"kind", "Scale"},
        {"apiVersion", "autoscaling/v1"},
        {"metadata", metadata},
        {"spec", {{"replicas", integer_at(object, "/spec/replicas", 1)}}},
        {"status",
         {{"replicas", integer_at(object, "/status/replicas")},
          {"selector", selector_text(object)}}}};
}

json::value with_scale(json::value object, const json::value& scale)
{
    const auto replicas = integer_at(scale, "/spec/replicas", 0);
    if (replicas < 0)
        throw ApiError(
            422, "Invalid",
            fmt::format(
                "spec.replicas: Invalid value: {}: must be greater than or equal to 0", replicas));
    set_at(object, "/spec/replicas", replicas);
    if (const auto version = text_at(scale, "/metadata/resourceVersion"); !version.empty())
        set_at(object, "/metadata/resourceVersion", json::value(version));
    return object;
}

}  // namespace understudy::sandbox
