#include "net/kubernetes_effect.hpp"

#include "net/json_fields.hpp"
#include "net/whole_number.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace understudy::net {

namespace {

bool is_status_object(const std::string& body)
{
    boost::system::error_code error;
    const auto value = boost::json::parse(body, error);
    return !error && string_at(value, "/kind") == "Status";
}

}  // namespace

core::EffectResult effect_result_of(const KubernetesReply& reply)
{
    if (reply.reason == core::Reason::none)
        return core::EffectResult::applied;
    const auto status = reply.http.status;
    const bool turned_down =
        status == 429 || (status >= 400 && status < 500 && is_status_object(reply.http.body));
    if (!reply.http.request_sent || turned_down)
        return core::EffectResult::refused;
    return core::EffectResult::unknown;
}

core::Duration retry_after_of(const KubernetesReply& reply)
{
    const auto seconds = whole_number(reply.http.header("retry-after")).value_or(0);
    constexpr std::int64_t seconds_max = 3600;  // more is not patience but a mistake
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, seconds_max));
}

}  // namespace understudy::net
