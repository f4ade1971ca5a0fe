#include "daemon/delivery_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace understudy {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, delivery_failure_count> failure_names{
    "network",      "timeout",    "server_error", "client_error",
    "rate_limited", "redirected", "rejected",     "gone"};

constexpr std::array<std::chrono::seconds, 6> pauses{5s, 15s, 30s, 60s, 120s, 300s};

struct StatusRow {
    unsigned first;
    unsigned last;
    Fate fate;
    DeliveryFailure failure;
};

// The first row that holds the status decides. 408 and 425 ask for the same request again.
//
// Most of 4xx speaks of the way to the receiver and not of the event: no backend behind the name
// (404, 421), a proxy or an expired token (401, 403, 407), another path (405). A receiver that is
// down or misconfigured looks like that, and will be repaired. Only four speak of this very body:
// malformed, too large, of a wrong type, not to be processed. Of these 400 may be a bad signature
// too, which is one more reason why a refused alert that still fires is not given up.
// clang-format off
constexpr std::array status_rows{
    StatusRow{200, 299, Fate::delivered, DeliveryFailure::network},
    StatusRow{300, 399, Fate::retry,     DeliveryFailure::redirected},
    StatusRow{400, 400, Fate::abandon,   DeliveryFailure::rejected},
    StatusRow{408, 408, Fate::retry,     DeliveryFailure::server_error},
    StatusRow{410, 410, Fate::shut_off,  DeliveryFailure::gone},
    StatusRow{413, 413, Fate::abandon,   DeliveryFailure::rejected},
    StatusRow{415, 415, Fate::abandon,   DeliveryFailure::rejected},
    StatusRow{422, 422, Fate::abandon,   DeliveryFailure::rejected},
    StatusRow{425, 425, Fate::retry,     DeliveryFailure::server_error},
    StatusRow{429, 429, Fate::retry,     DeliveryFailure::rate_limited},
    StatusRow{400, 499, Fate::retry,     DeliveryFailure::client_error},
    StatusRow{0,   999, Fate::retry,     DeliveryFailure::server_error},
};
// clang-format on

Judgement judge_silence(const net::HttpReply& reply)
{
    Judgement judgement;
    judgement.fate = Fate::retry;
    const auto late =
        reply.reason == core::Reason::timeout || reply.reason == core::Reason::connect_timeout;
    judgement.failure = late ? DeliveryFailure::timeout : DeliveryFailure::network;
    judgement.detail = reply.detail;
    return judgement;
}

std::optional<core::Duration> bounded(core::Duration wanted)
{
    return std::clamp<core::Duration>(wanted, 0s, retry_after_max);
}

std::optional<core::WallTime> http_date(const std::string& text)
{
    std::tm fields{};
    const auto* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
    if (end == nullptr || *end != '\0')
        return std::nullopt;
    return core::WallTime(std::chrono::seconds(::timegm(&fields)));
}

}  // namespace

std::string_view name_of(DeliveryFailure failure) noexcept
{
    return failure_names.at(static_cast<std::size_t>(failure));
}

std::optional<core::Duration> retry_after_of(std::string_view header, core::WallTime now)
{
    std::uint32_t seconds = 0;
    const auto* const end = header.data() + header.size();
    const auto [stop, error] = std::from_chars(header.data(), end, seconds);
    if (!header.empty() && stop == end) {
        if (error == std::errc::result_out_of_range)
            return retry_after_max;
        if (error == std::errc())
            return bounded(std::chrono::seconds(seconds));
    }
    if (const auto date = http_date(std::string(header)))
        return bounded(*date - now);
    return std::nullopt;
}

Judgement judge(const net::HttpReply& reply, core::WallTime now)
{
    // By the status alone once there is one: a receiver that said 200 and then too much, or stopped
    // in the middle of its body, has taken the event all the same.
    if (reply.status == 0)
        return judge_silence(reply);
    const auto row = std::ranges::find_if(status_rows, [&](const StatusRow& candidate) {
        return candidate.first <= reply.status && reply.status <= candidate.last;
    });
    Judgement judgement;
    judgement.fate = row->fate;
    judgement.failure = row->failure;
    judgement.detail = fmt::format("answered {}", reply.status);
    if (judgement.fate == Fate::retry)
        judgement.retry_after = retry_after_of(reply.header("retry-after"), now);
    return judgement;
}

core::Duration pause_after(int attempts, double dice) noexcept
{
    const auto last = static_cast<int>(pauses.size()) - 1;
    const auto pause = pauses.at(static_cast<std::size_t>(std::clamp(attempts - 1, 0, last)));
    const auto spread = 0.8 + 0.4 * dice;
    return std::chrono::duration_cast<core::Duration>(pause * spread);
}

core::Duration pause_after_refusal(core::Duration repeat_interval) noexcept
{
    return std::min(repeat_interval, retry_after_max);
}

}  // namespace understudy
