#include "daemon/http_request.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace understudy {

namespace http = boost::beast::http;

namespace {

using Parser = http::request_parser<http::empty_body>;
using Fields = http::fields;

constexpr std::string_view end_of_header = "\r\n\r\n";

HttpParse refuse(unsigned status, std::string why)
{
    HttpParse parse;
    parse.state = HttpParse::State::refused;
    parse.status = status;
    parse.why = std::move(why);
    return parse;
}

bool is_forbidden(char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    return (value < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') || value == 0x7f;
}

/// Lines end with CR LF and nothing else; a line that starts with a blank continues the one before,
/// which two parsers may read in two ways.
bool has_strange_lines(std::string_view header)
{
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (header[i] == '\n' && (i == 0 || header[i - 1] != '\r'))
            return true;
        if (header[i] == '\r' && i + 1 < header.size() && header[i + 1] != '\n')
            return true;
        if (header[i] == '\n' && i + 1 < header.size() &&
            (header[i + 1] == ' ' || header[i + 1] == '\t'))
            return true;
    }
    return false;
}

/// Looks at the raw bytes, also before the header is complete: a client that speaks something else
/// is told at once and not at the deadline.
std::optional<HttpParse> refuse_bytes(std::string_view header)
{
    if (std::ranges::any_of(header, is_forbidden))
        return refuse(400, "a control character in the header");
    if (has_strange_lines(header))
        return refuse(400, "a bare CR or LF, or a folded field, in the header");
    return std::nullopt;
}

bool is_host(std::string_view text)
{
    const auto is_host_character = [](unsigned char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') ||
               std::string_view("-._~:[]%").find(static_cast<char>(c)) != std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, is_host_character);
}

std::optional<HttpParse> refuse_body(const Fields& fields)
{
    if (fields.count(http::field::transfer_encoding) > 0)
        return refuse(501, "no transfer encoding is taken");
    const auto lengths = fields.count(http::field::content_length);
    if (lengths > 1)
        return refuse(400, "more than one Content-Length");
    if (lengths == 1 && fields[http::field::content_length] != "0")
        return refuse(413, "no request body is taken");
    if (fields.count(http::field::expect) > 0)
        return refuse(417, "no expectation can be met");
    if (fields.count(http::field::upgrade) > 0)
        return refuse(400, "no upgrade is offered");
    return std::nullopt;
}

std::optional<HttpParse> refuse_fields(const Fields& fields, const HttpRequestLimits& limits)
{
    if (static_cast<std::size_t>(std::distance(fields.begin(), fields.end())) > limits.fields_max)
        return refuse(431, "more than " + std::to_string(limits.fields_max) + " header fields");
    if (fields.count(http::field::host) != 1)
        return refuse(400, "exactly one Host is needed");
    if (!is_host(std::string_view(fields[http::field::host])))
        return refuse(400, "the Host is not a host");
    return refuse_body(fields);
}

HttpParse judge(const Parser::value_type& message, bool keep_alive, const HttpRequestLimits& limits)
{
    if (message.version() != 11)
        return refuse(505, "only HTTP/1.1 is spoken here");
    if (auto refused = refuse_fields(message, limits))
        return *refused;
    const bool head = message.method() == http::verb::head;
    if (!head && message.method() != http::verb::get)
        return refuse(405, "these endpoints are read-only: GET or HEAD");
    const std::string_view target(message.target());
    if (!target.starts_with('/'))
        return refuse(400, "the target must be a path");

    HttpParse parse;
    parse.state = HttpParse::State::complete;
    parse.request.path = target.substr(0, target.find('?'));
    parse.request.head = head;
    parse.request.keep_alive = keep_alive;
    return parse;
}

HttpParse parse_header(std::string_view header, const HttpRequestLimits& limits)
{
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    boost::system::error_code error;
    parser.put(boost::asio::buffer(header.data(), header.size()), error);
    if (error || !parser.is_header_done())
        return refuse(400, "malformed header: " + error.message());
    return judge(parser.get(), parser.keep_alive(), limits);
}

}  // namespace

std::string_view reason_phrase(unsigned status)
{
    return http::obsolete_reason(http::int_to_status(status));
}

HttpParse take_request(std::string& pending, const HttpRequestLimits& limits)
{
    const auto end = pending.find(end_of_header);
    const bool complete = end != std::string::npos;
    const auto size = complete ? end + end_of_header.size() : pending.size();
    if (size > limits.header_bytes_max)
        return refuse(
            431, "the header is larger than " + std::to_string(limits.header_bytes_max) + " bytes");
    const std::string_view header = std::string_view(pending).substr(0, size);
    if (auto refused = refuse_bytes(header))
        return *refused;
    if (!complete)
        return {};
    auto parse = parse_header(header, limits);
    pending.erase(0, size);
    return parse;
}

}  // namespace understudy
