#include "net/kubernetes_effect.hpp"

#include "net/timestamps.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace understudy::net {

namespace {

using core::EffectResult;

/// The API server answers with these before it stores anything, or because it did not.
constexpr std::array refusals{400u, 401u, 403u, 404u, 405u, 409u, 410u, 413u, 415u, 422u, 429u};

constexpr core::Duration wait_max = std::chrono::minutes(10);

std::optional<std::chrono::seconds> seconds_in(std::string_view text)
{
    std::uint32_t seconds = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, seconds);
    if (problem == std::errc::result_out_of_range)
        return std::chrono::ceil<std::chrono::seconds>(wait_max);
    if (problem != std::errc{} || rest != end)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

core::Duration between(std::string_view date, std::string_view later_date)
{
    const auto from = parse_http_date(date);
    const auto to = parse_http_date(later_date);
    return from && to ? *to - *from : core::Duration{};
}

}  // namespace

EffectResult effect_result_of(const KubernetesReply& reply) noexcept
{
    if (!reply.http.request_sent)
        return EffectResult::refused;
    if (reply.http.reason != core::Reason::none)
        return EffectResult::unknown;
    const auto status = reply.http.status;
    if (status >= 200 && status < 300)
        return reply.object.is_object() ? EffectResult::applied : EffectResult::unknown;
    const bool refuses = std::ranges::find(refusals, status) != refusals.end();
    return refuses && reply.from_api_server ? EffectResult::refused : EffectResult::unknown;
}

core::Duration retry_after_of(const KubernetesReply& reply)
{
    const auto text = reply.http.header("retry-after");
    const auto seconds = seconds_in(text);
    const auto wait = seconds ? core::Duration(*seconds) : between(reply.http.header("date"), text);
    return std::clamp(wait, core::Duration::zero(), wait_max);
}

}  // namespace understudy::net
