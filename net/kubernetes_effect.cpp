#include "net/kubernetes_effect.hpp"

#include "net/json_fields.hpp"

#include <boost/json/parse.hpp>

#include <charconv>

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
    const auto text = reply.http.header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc() && end == text.data() + text.size() && seconds > 0;
    return whole ? std::chrono::seconds(seconds) : core::Duration{};
}

}  // namespace understudy::net
