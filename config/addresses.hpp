/// Hosts, ports and URLs as operators write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::config {

/// A DNS name or a numeric address (IPv6 without brackets).
bool is_host(std::string_view text);
bool is_numeric_address(std::string_view text);

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// `host:port` or `[ipv6]:port`.
std::optional<Endpoint> parse_endpoint(std::string_view text);

struct Url {
    bool tls = true;
    std::string host;
    std::uint16_t port = 443;
    std::string path;  ///< Path and query, origin form.
};

/// An absolute `http` or `https` URL without user name, password and fragment.
std::optional<Url> parse_url(std::string_view text);

}  // namespace understudy::config
