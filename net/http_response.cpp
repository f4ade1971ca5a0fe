#include "net/http_response.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

namespace understudy::net {

namespace http = boost::beast::http;
using Error = boost::system::error_code;
using core::Reason;

namespace {

using Parser = http::response_parser<http::string_body>;

/// Interim responses (RFC 9110, 15.2) that may precede the final one.
constexpr int interims_max = 8;

/// Headers of chunks and trailers may add this much to what is not yet understood.
constexpr std::size_t chunk_header_bytes_max = 16 * 1024;

bool is_about_the_body(const Error& error)
{
    return error == http::error::body_limit || error == http::error::bad_chunk ||
           error == http::error::bad_chunk_extension || error == http::error::buffer_overflow;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(
        result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace

struct HttpResponseParser::Impl {
    Impl(const HttpLimits& limits_given, bool to_head_given)
        : limits(limits_given), to_head(to_head_given)
    {
        restart();
    }

    void restart()
    {
        parser.emplace();
        parser->eager(true);
        parser->skip(to_head);
        parser->body_limit(limits.body_bytes_max);
        parser->header_limit(static_cast<std::uint32_t>(
            std::min<std::size_t>(limits.header_bytes_max, 16 * 1024 * 1024)));
    }

    State fail(Reason why, std::string text)
    {
        reason = why;
        detail = std::move(text);
        return State::failed;
    }

    State fail(const Error& error)
    {
        if (!seen.starts_with("HTTP/"))
            return fail(Reason::protocol, "the answer is not HTTP");
        if (error == http::error::body_limit)
            return fail(
                Reason::body,
                "the body is larger than " + std::to_string(limits.body_bytes_max) + " bytes");
        if (error == http::error::header_limit)
            return fail_header();
        const bool body = parser->is_header_done() || is_about_the_body(error);
        return fail(
            body ? Reason::body : Reason::header,
            std::string("malformed ") + (body ? "body" : "header") + ": " + error.message());
    }

    State fail_header()
    {
        return fail(
            Reason::header,
            "the header is larger than " + std::to_string(limits.header_bytes_max) + " bytes");
    }

    State complete()
    {
        reason = Reason::none;
        return State::complete;
    }

    bool is_interim() const
    {
        const unsigned status = parser->get().result_int();
        return status >= 100 && status < 200 && status != 101;
    }

    /// What cannot be understood without more bytes must stay within bounds too.
    State wait_for_more()
    {
        const bool in_header = !parser->is_header_done();
        const std::size_t most = in_header ? limits.header_bytes_max : chunk_header_bytes_max;
        if (pending.size() <= most)
            return State::more;
        if (in_header)
            return fail_header();
        return fail(Reason::body, "a chunk's header or the trailer is too large");
    }

    State advance()
    {
        for (;;) {
            Error error;
            const std::size_t used = parser->put(boost::asio::buffer(pending), error);
            pending.erase(0, used);
            if (error == http::error::need_more)
                return wait_for_more();
            if (error)
                return fail(error);
            if (!parser->is_done()) {
                if (used == 0 || pending.empty())
                    return wait_for_more();
                continue;
            }
            if (!is_interim())
                return complete();
            if (++interims > interims_max)
                return fail(Reason::header, "too many interim responses");
            restart();
            if (pending.empty())
                return State::more;
        }
    }

    HttpLimits limits;
    bool to_head;
    std::optional<Parser> parser;
    std::string pending;
    std::string seen;  ///< The first bytes, to tell HTTP from something else.
    int interims = 0;
    Reason reason = Reason::internal;
    std::string detail;
};

HttpResponseParser::HttpResponseParser(const HttpLimits& limits, bool to_head)
    : impl_(std::make_unique<Impl>(limits, to_head))
{}

HttpResponseParser::~HttpResponseParser() = default;

HttpResponseParser::State HttpResponseParser::feed(std::string_view bytes)
{
    constexpr std::size_t enough = 5;  // "HTTP/"
    if (impl_->seen.size() < enough)
        impl_->seen.append(bytes.substr(0, enough - impl_->seen.size()));
    impl_->pending.append(bytes);
    return impl_->advance();
}

HttpResponseParser::State HttpResponseParser::end(bool truncated)
{
    if (impl_->seen.empty())
        return impl_->fail(Reason::connect_reset, "closed without an answer");
    // After an interim response the parser is a new one, and may not be told of an end yet.
    if (!impl_->parser->got_some())
        return impl_->fail(Reason::connect_reset, "closed after an interim response");
    Error error;
    impl_->parser->put_eof(error);
    if (!error && !truncated)
        return impl_->complete();
    const bool in_header = !impl_->parser->is_header_done();
    if (in_header && !std::string_view("HTTP/").starts_with(impl_->seen) &&
        !impl_->seen.starts_with("HTTP/"))
        return impl_->fail(Reason::protocol, "the answer is not HTTP");
    return impl_->fail(
        Reason::connect_reset,
        std::string("the answer was cut in its ") + (in_header ? "header" : "body"));
}

bool HttpResponseParser::connection_persists() const
{
    return impl_->reason == Reason::none && impl_->parser->keep_alive() && impl_->pending.empty();
}

void HttpResponseParser::move_into(HttpReply& reply)
{
    reply.reason = impl_->reason;
    reply.detail = impl_->detail;
    if (!impl_->parser->is_header_done())
        return;
    auto& message = impl_->parser->get();
    reply.status = message.result_int();
    for (const auto& field : message)
        reply.headers.emplace_back(
            lower(std::string_view(field.name_string().data(), field.name_string().size())),
            std::string(field.value().data(), field.value().size()));
    reply.body = std::move(message.body());
}

}  // namespace understudy::net
