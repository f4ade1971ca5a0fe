// Small texts of other systems: times, base64 and JSON Web Tokens.
#include "net/base64.hpp"
#include "net/jwt.hpp"
#include "net/timestamps.hpp"

#include <chrono>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

void require_again(const std::optional<core::WallTime>& time)
{
    if (!time)
        return;
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(*time);
    require(net::parse_rfc3339(net::rfc3339(*time)) == whole, "a time that is written is read");
}

}  // namespace

void try_input(std::string_view input)
{
    require_again(net::parse_rfc3339(input));
    require_again(net::parse_http_date(input));
    const auto bytes = net::decode_base64(input);
    require(
        !bytes || bytes->size() <= input.size() / 4 * 3, "four symbols are at most three bytes");
    const auto expiry = net::expiry_of_token(input);
    require(!expiry || expiry->time_since_epoch().count() >= 0, "a token ends after 1970");
}

}  // namespace understudy::fuzz
