#include "net/jwt.hpp"

#include "net/base64.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <string>

namespace understudy::net {

namespace {

/// `header.claims.signature`: the part in the middle, empty when there are not three.
std::string_view claims_part(std::string_view token)
{
    const auto first = token.find('.');
    if (first == std::string_view::npos)
        return {};
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return {};
    return token.substr(first + 1, second - first - 1);
}

/// RFC 4648, section 5, without the padding (RFC 7515, section 2).
std::optional<std::string> decode_base64url(std::string_view text)
{
    std::string plain(text);
    std::ranges::replace(plain, '-', '+');
    std::ranges::replace(plain, '_', '/');
    plain.append((4 - plain.size() % 4) % 4, '=');
    return decode_base64(plain);
}

}  // namespace

std::optional<core::WallTime> expiry_of_token(std::string_view token)
{
    const auto claims = decode_base64url(claims_part(token));
    if (!claims)
        return std::nullopt;
    boost::system::error_code error;
    const auto document = boost::json::parse(*claims, error);
    if (error || !document.is_object())
        return std::nullopt;
    const auto* expiry = document.as_object().if_contains("exp");
    if (expiry == nullptr || !expiry->is_number())
        return std::nullopt;
    const auto seconds = expiry->to_number<double>();
    const std::chrono::duration<double> latest = core::wall_max.time_since_epoch();
    if (!(seconds >= 0 && seconds <= latest.count()))
        return std::nullopt;
    return core::wall_from_unix_seconds(static_cast<std::int64_t>(seconds));
}

}  // namespace understudy::net
