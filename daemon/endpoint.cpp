#include "daemon/endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace understudy {

namespace {

namespace urls = boost::urls;

[[noreturn]] void refuse(const std::string& what, std::string_view why)
{
    throw std::runtime_error(fmt::format("{}: the URL {}", what, why));
}

urls::url_view checked(const std::string& what, const std::string& url)
{
    const auto parsed = urls::parse_uri(url);
    if (!parsed)
        refuse(what, fmt::format("is malformed ({})", parsed.error().message()));
    if (parsed->scheme() != "http" && parsed->scheme() != "https")
        refuse(what, "must begin with http:// or https://");
    if (parsed->host().empty())
        refuse(what, "names no host");
    if (parsed->has_userinfo())
        refuse(what, "holds a user or password; put the token into a file and name that file");
    return *parsed;
}

std::uint16_t port_of(const std::string& what, const urls::url_view& url)
{
    if (!url.has_port() || url.port().empty())
        return url.scheme() == "https" ? 443 : 80;
    const std::string text(url.port());
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || port == 0)
        refuse(what, "names an impossible port");
    return port;
}

}  // namespace

Endpoint endpoint_of(const std::string& what, const std::string& url, const net::TlsOptions& tls)
{
    const auto parsed = checked(what, url);
    Endpoint endpoint;
    endpoint.target.host = parsed.host_address();
    endpoint.target.port = port_of(what, parsed);
    if (parsed.scheme() == "https")
        endpoint.target.tls = std::make_shared<const net::TlsContext>(tls);
    endpoint.path = std::string(parsed.encoded_target());
    if (endpoint.path.empty() || endpoint.path.front() != '/')
        endpoint.path.insert(0, "/");
    return endpoint;
}

}  // namespace understudy
