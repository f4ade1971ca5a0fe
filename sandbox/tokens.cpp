#include "sandbox/tokens.hpp"

#include "sandbox/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace understudy::sandbox {

namespace {

std::chrono::seconds now()
{
    return std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
}

std::string base64url(std::string_view bytes)
{
    auto text = base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    while (!text.empty() && text.back() == '=')
        text.pop_back();
    return text;
}

}  // namespace

std::string make_token(
    std::string_view cluster, std::string_view key_id, std::chrono::seconds lifetime)
{
    const json::object header{{"alg", "RS256"}, {"kid", key_id}, {"typ", "JWT"}};
    const json::object claims{{"sub", cluster}, {"exp", (now() + lifetime).count()}};
    return fmt::format(
        "{}.{}.{}", base64url(json::serialize(header)), base64url(json::serialize(claims)),
        base64url("unsigned"));
}

std::chrono::seconds left_of(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
        return std::chrono::seconds(0);
    boost::system::error_code error;
    const auto claims =
        json::parse(from_base64(token.substr(first + 1, second - first - 1)), error);
    if (error)
        return std::chrono::seconds(0);
    return std::chrono::seconds(integer_at(claims, "/exp")) - now();
}

}  // namespace understudy::sandbox
