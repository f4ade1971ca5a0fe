#include "net/http_request.hpp"

#include "net/dial.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string_view>

namespace understudy::net {

namespace {

bool has_control_byte(std::string_view text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_token(std::string_view text)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
    return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) {
        return std::isalnum(c) != 0 || marks.find(static_cast<char>(c)) != marks.npos;
    });
}

void check(const HttpRequest& request)
{
    if (!is_token(request.method))
        throw std::invalid_argument("the HTTP method is not a word");
    if (!request.path.starts_with('/') || has_control_byte(request.path) ||
        request.path.find(' ') != std::string::npos)
        throw std::invalid_argument("the HTTP path must start with / and hold no blank");
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name))
            throw std::invalid_argument("a header's name is not a word");
        if (has_control_byte(value))
            throw std::invalid_argument(
                "the value of header " + name + " holds a line break or another control byte");
    }
}

std::string host_header_of(const HttpTarget& target)
{
    if (!target.host_header.empty())
        return target.host_header;
    if (!target.unix_socket.empty())
        return "localhost";
    const std::string full = text_of(target.host, target.port);
    const bool is_default = target.port == (target.tls ? 443 : 80);
    return is_default ? full.substr(0, full.rfind(':')) : full;
}

bool names_equal(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

bool has_header(const HttpRequest& request, std::string_view name)
{
    return std::ranges::any_of(
        request.headers, [&](const auto& header) { return names_equal(header.first, name); });
}

std::size_t length_of(const HttpRequest& request)
{
    std::size_t length = 512 + request.path.size() + request.body.size();
    for (const auto& [name, value] : request.headers)
        length += name.size() + value.size() + 4;
    return length;
}

}  // namespace

Secret wire_form(const HttpTarget& target, const HttpRequest& request)
{
    check(request);
    const std::string host = host_header_of(target);
    if (has_control_byte(host))
        throw std::invalid_argument("the Host header holds a control byte");

    std::string text;
    text.reserve(
        length_of(request) + host.size());  // growing would leave copies of a secret behind
    const auto line = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    text.append(request.method).append(" ").append(request.path).append(" HTTP/1.1\r\n");
    if (!has_header(request, "host"))
        line("Host", host);
    if (!has_header(request, "user-agent"))
        line("User-Agent", "understudy");
    if (!has_header(request, "accept"))
        line("Accept", "*/*");
    for (const auto& [name, value] : request.headers)
        line(name, value);
    const bool says_length = request.method != "GET" && request.method != "HEAD";
    if (says_length || !request.body.empty())
        line("Content-Length", std::to_string(request.body.size()));
    line("Connection", target.kept ? "keep-alive" : "close");
    text.append("\r\n").append(request.body);
    Secret wire(std::move(text));
    return wire;
}

}  // namespace understudy::net
