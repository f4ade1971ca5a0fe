#include "config/addresses.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace understudy::config {

namespace {

constexpr std::size_t host_length_max = 253;

bool is_host_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

bool is_dns_name(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= host_length_max && text.front() != '.' &&
           text.front() != '-' && text.find("..") == std::string_view::npos &&
           std::ranges::all_of(text, is_host_character);
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept
{
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stopped != end || port == 0)
        return std::nullopt;
    return port;
}

}  // namespace

bool is_numeric_address(std::string_view text)
{
    boost::system::error_code error;
    boost::asio::ip::make_address(std::string(text), error);
    return !error;
}

bool is_host(std::string_view text) { return is_dns_name(text) || is_numeric_address(text); }

std::optional<Endpoint> parse_endpoint(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    // Without brackets nobody can tell where an IPv6 address ends and the port begins.
    const bool has_colon = host.find(':') != std::string_view::npos;
    const auto port = parse_port(text.substr(colon + 1));
    if (!port || has_colon != bracketed || !is_host(host))
        return std::nullopt;
    return Endpoint{std::string(host), *port};
}

std::optional<Url> parse_url(std::string_view text)
{
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed || parsed->has_userinfo() || parsed->has_fragment())
        return std::nullopt;
    Url url;
    url.tls = parsed->scheme() == "https";
    if (!url.tls && parsed->scheme() != "http")
        return std::nullopt;
    url.host = parsed->host_address();
    url.port = url.tls ? 443 : 80;
    if (parsed->has_port()) {
        const auto port = parse_port(parsed->port());
        if (!port)
            return std::nullopt;
        url.port = *port;
    }
    url.path = parsed->encoded_path().empty() ? "/" : std::string(parsed->encoded_path());
    if (parsed->has_query())
        url.path += "?" + std::string(parsed->encoded_query());
    return is_host(url.host) ? std::optional(url) : std::nullopt;
}

}  // namespace understudy::config
