#include "net/postgres_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace understudy::net {

namespace {

using core::Reason;

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

struct ErrnoRow {
    int code;
    Reason reason;
};

/// libpq prints the system's own words for these, so they are compared with the system's own words.
constexpr std::array<ErrnoRow, 15> errno_rows{{
    {ECONNREFUSED, Reason::connect_refused},
    {ECONNRESET, Reason::connect_reset},
    {EPIPE, Reason::connect_reset},
    {ETIMEDOUT, Reason::connect_timeout},
    {ENETUNREACH, Reason::no_route},
    {EHOSTUNREACH, Reason::host_unreachable},
    {EHOSTDOWN, Reason::host_unreachable},
    {EADDRNOTAVAIL, Reason::no_route},
    {EAFNOSUPPORT, Reason::no_route},
    {EPERM, Reason::no_route},
    {EMFILE, Reason::local_limit},
    {ENFILE, Reason::local_limit},
    {ENOBUFS, Reason::local_limit},
    {ENOMEM, Reason::local_limit},
    {EAGAIN, Reason::local_limit},
}};

struct StateRow {
    std::string_view begins_with;
    Reason reason;
};

/// What speaks of us and not of the database (PostgreSQL manual, appendix A); first match wins.
constexpr std::array<StateRow, 6> state_rows{{
    {"28", Reason::credentials},
    {"42501", Reason::credentials},   // insufficient privilege
    {"42", Reason::internal},         // a statement of ours, or of the operator's, is wrong
    {"3D000", Reason::internal},      // the database's name is wrong
    {"53300", Reason::rate_limited},  // no connection left, for everybody or for our role
    {"57014", Reason::timeout},       // cancelled by the statement_timeout that we set ourselves
}};

struct WordsRow {
    std::string_view words;
    Reason reason;
};

/// First match wins: the more particular words come first.
constexpr std::array<WordsRow, 22> words_rows{{
    {"certificate verify failed", Reason::tls_verify},
    {"server certificate for", Reason::tls_verify},
    {"could not get server's host name from server certificate", Reason::tls_verify},
    {"root certificate file", Reason::tls_verify},
    {"could not read root certificate file", Reason::tls_verify},
    {"does not support SSL", Reason::tls_verify},
    {"certificate required", Reason::credentials},
    {"alert unknown ca", Reason::credentials},
    {"no password supplied", Reason::credentials},
    {"channel binding", Reason::credentials},
    {"authentication method requirement", Reason::credentials},
    {"server closed the connection unexpectedly", Reason::connect_reset},
    {"EOF detected", Reason::connect_reset},
    {"SSL connection has been closed unexpectedly", Reason::connect_reset},
    {"received invalid response to SSL negotiation", Reason::protocol},
    {"expected authentication request from server", Reason::protocol},
    {"invalid response to", Reason::protocol},
    {"received invalid", Reason::protocol},
    {"lost synchronization with server", Reason::protocol},
    {"wrong version number", Reason::protocol},
    {"alert", Reason::protocol},
    // What is left is about keys and signatures: a CA that was replaced by one of the same name.
    {"SSL error", Reason::tls_verify},
}};

bool is_sqlstate(std::string_view text)
{
    return text.size() == 5 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
           });
}

}  // namespace

Reason reason_of_sqlstate(std::string_view sqlstate) noexcept
{
    const auto found = std::ranges::find_if(state_rows, [sqlstate](const StateRow& row) {
        return sqlstate.starts_with(row.begins_with);
    });
    return found == state_rows.end() ? Reason::sql : found->reason;
}

std::string_view sqlstate_in(std::string_view message) noexcept
{
    // "FATAL:  28P01: password authentication failed": the severity may be translated, the form is
    // not.
    constexpr std::string_view after_severity = ":  ";
    const auto found = message.find(after_severity);
    if (found == std::string_view::npos)
        return {};
    const auto rest = message.substr(found + after_severity.size());
    return is_sqlstate(rest.substr(0, 5)) && rest.substr(5).starts_with(":") ? rest.substr(0, 5)
                                                                             : std::string_view();
}

Reason reason_of_connect_error(std::string_view message) noexcept
{
    if (const auto sqlstate = sqlstate_in(message); !sqlstate.empty())
        return reason_of_sqlstate(sqlstate);
    for (const auto& row : words_rows) {
        if (contains(message, row.words))
            return row.reason;
    }
    for (const auto& row : errno_rows) {
        if (contains(message, std::strerror(row.code)))
            return row.reason;
    }
    return Reason::internal;
}

std::string one_line(std::string_view message)
{
    constexpr std::size_t bytes_max = 300;
    message = message.substr(0, message.find("\nLOCATION:"));
    while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
        message.remove_suffix(1);
    std::string line(message.substr(0, bytes_max));
    std::ranges::replace_if(
        line, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, ' ');
    return line;
}

}  // namespace understudy::net
