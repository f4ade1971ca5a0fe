#include "net/errors.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace understudy::net {

namespace {

using core::Reason;

Reason reason_of_errno(int code) noexcept
{
    switch (code) {
    case ECONNREFUSED: return Reason::connect_refused;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE: return Reason::connect_reset;
    case ETIMEDOUT: return Reason::timeout;
    case EHOSTUNREACH:
    case EHOSTDOWN: return Reason::host_unreachable;
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:  // no IPv6 on this machine
    case EPERM:         // a local packet filter
    case EACCES: return Reason::no_route;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EAGAIN: return Reason::local_limit;
    case ECANCELED: return Reason::cancelled;
    default: return Reason::internal;
    }
}

/// TLS alerts arrive as SSL_AD_REASON_OFFSET + the alert's number (RFC 8446, 6.2). Those about a
/// certificate speak of the one that we presented, or failed to.
Reason reason_of_alert(int alert) noexcept
{
    switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED: return Reason::credentials;
    default: return Reason::protocol;
    }
}

Reason reason_of_tls(int code) noexcept
{
    const auto packed = static_cast<unsigned long>(static_cast<unsigned>(code));
    if (ERR_SYSTEM_ERROR(packed) != 0)
        return reason_of_errno(ERR_GET_REASON(packed));
    const int reason = ERR_GET_REASON(packed);
    switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED: return Reason::tls_verify;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return Reason::connect_reset;
    case ERR_R_MALLOC_FAILURE: return Reason::local_limit;
    default: break;
    }
    return reason_of_alert(reason - SSL_AD_REASON_OFFSET);
}

/// Most telling first; reasons that are not here come last.
constexpr std::array telling{
    Reason::cancelled,       Reason::local_limit,     Reason::internal,
    Reason::credentials,     Reason::tls_expired,     Reason::tls_verify,
    Reason::protocol,        Reason::timeout,         Reason::connect_reset,
    Reason::connect_refused, Reason::connect_timeout, Reason::host_unreachable,
    Reason::no_route,
};

}  // namespace

bool tells_more(Reason left, Reason right) noexcept
{
    return std::ranges::find(telling, left) < std::ranges::find(telling, right);
}

Reason reason_of(const boost::system::error_code& error) noexcept
{
    if (!error)
        return Reason::none;
    if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated)
        return Reason::connect_reset;
    if (error.category() == boost::asio::error::get_ssl_category())
        return reason_of_tls(error.value());
    if (error.category() == boost::system::system_category() ||
        error.category() == boost::system::generic_category())
        return reason_of_errno(error.value());
    return Reason::internal;
}

std::string text_of(const boost::system::error_code& error)
{
    if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated)
        return "closed by the peer";
    std::string text = error.message();
    if (reason_of(error) == Reason::local_limit)
        text += " (a limit of this machine: look at LimitNOFILE and memory)";
    return text;
}

}  // namespace understudy::net
