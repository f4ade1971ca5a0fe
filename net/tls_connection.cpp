#include "net/tls_connection.hpp"

#include "net/certificate.hpp"
#include "net/deadline.hpp"
#include "net/errors.hpp"
#include "net/stream_connection.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using Error = boost::system::error_code;
using core::Reason;

ssl::context& native(const TlsContext& context)
{
    return *static_cast<ssl::context*>(context.native());
}

bool is_outside_its_time(int verdict) noexcept
{
    return verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
}

/// Sits at a fixed address (unique_ptr), because OpenSSL's callbacks refer to it.
class TlsConnection final : public Connection {
public:
    TlsConnection(
        asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> context, std::string name)
        : context_(std::move(context)),
          name_(std::move(name)),
          stream_(std::move(socket), native(*context_))
    {
        expect_name();
        stream_.set_verify_callback([this](bool good, ssl::verify_context& chain) {
            note_certificate(chain.native_handle());
            return good;
        });
        SSL_set_cert_cb(stream_.native_handle(), &TlsConnection::on_certificate_request, this);
    }

    asio::awaitable<Error> handshake()
    {
        Error error;
        std::tie(error) = co_await stream_.async_handshake(
            ssl::stream_base::client, asio::as_tuple(asio::use_awaitable));
        if (!error)
            certificate_.chain_not_after =
                earliest_end_of(SSL_get0_verified_chain(stream_.native_handle()));
        co_return error;
    }

    asio::awaitable<Transfer> read_some(asio::mutable_buffer into) override
    {
        return read_some_of(stream_, into);
    }

    asio::awaitable<Transfer> write(asio::const_buffer from) override
    {
        return write_to(stream_, from);
    }

    const PeerCertificate& certificate() const noexcept { return certificate_; }

    Reason reason_for(const Error& error) const
    {
        const Reason reason = reason_of(error);
        if (reason == Reason::tls_verify && is_outside_its_time(verdict_))
            return Reason::tls_expired;
        // Up to TLS 1.2 this alert is all that a server says to a client without a certificate.
        const bool missed_certificate = reason == Reason::protocol && certificate_requested_ &&
                                        ERR_GET_REASON(static_cast<unsigned long>(error.value())) ==
                                            SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE;
        return missed_certificate ? Reason::credentials : reason;
    }

    std::string detail_for(const Error& error) const
    {
        const Reason reason = reason_for(error);
        if (reason == Reason::tls_verify || reason == Reason::tls_expired)
            return "the certificate does not verify for " + name_ + ": " +
                   X509_verify_cert_error_string(verdict_) +
                   (culprit_.empty() ? "" : ", in its chain: " + culprit_);
        if (reason == Reason::credentials)
            return "the peer does not accept our client certificate: " + text_of(error);
        return "TLS handshake: " + text_of(error);
    }

private:
    void expect_name()
    {
        SSL* session = stream_.native_handle();
        X509_VERIFY_PARAM* expected = SSL_get0_param(session);
        Error not_numeric;
        asio::ip::make_address(name_, not_numeric);
        int done = 0;
        if (not_numeric) {
            X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            done = static_cast<int>(
                X509_VERIFY_PARAM_set1_host(expected, name_.data(), name_.size()) == 1 &&
                SSL_ctrl(
                    session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    name_.data()) == 1);
        } else {
            done = X509_VERIFY_PARAM_set1_ip_asc(expected, name_.c_str());
        }
        // Without an expected name OpenSSL would accept any; there is no handshake without one.
        if (done != 1 || name_.empty())
            throw std::runtime_error("cannot verify TLS peers by the name '" + name_ + "'");
    }

    void note_certificate(X509_STORE_CTX* chain)
    {
        verdict_ = X509_STORE_CTX_get_error(chain);
        // The leaf shows for itself; of the certificates above it only this tells which one it is.
        const X509* current = X509_STORE_CTX_get_current_cert(chain);
        if (verdict_ != X509_V_OK && current != nullptr &&
            X509_STORE_CTX_get_error_depth(chain) > 0)
            culprit_ = subject_of(current);
        if (certificate_.presented())
            return;
        if (X509* leaf = X509_STORE_CTX_get0_cert(chain))
            certificate_ = certificate_of(leaf);
    }

    /// Called when the server asked for a certificate; 1 goes on with what the context has.
    static int on_certificate_request(SSL*, void* self)
    {
        static_cast<TlsConnection*>(self)->certificate_requested_ = true;
        return 1;
    }

    std::shared_ptr<const TlsContext> context_;
    std::string name_;
    PeerCertificate certificate_;
    int verdict_ = X509_V_OK;
    std::string culprit_;  ///< Of the chain, when it is not the leaf that does not verify.
    bool certificate_requested_ = false;
    ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

asio::awaitable<Secured> secure(
    asio::ip::tcp::socket socket,
    std::shared_ptr<const TlsContext> context,
    std::string host,
    core::Duration limit)
{
    const std::string& wanted = context->options().server_name;
    std::string name = wanted.empty() ? std::move(host) : wanted;
    Secured secured;
    std::unique_ptr<TlsConnection> connection;
    try {
        connection =
            std::make_unique<TlsConnection>(std::move(socket), std::move(context), std::move(name));
    } catch (const std::exception& failure) {
        secured.detail = failure.what();
        co_return secured;
    }
    auto handshake = connection->handshake();
    const std::optional<Error> error = co_await with_deadline(std::move(handshake), limit);

    secured.certificate = connection->certificate();
    if (!error) {
        secured.reason = Reason::timeout;
        secured.detail = "the TLS handshake did not end in time";
    } else if (*error) {
        secured.reason = connection->reason_for(*error);
        secured.detail = connection->detail_for(*error);
    } else {
        secured.reason = Reason::none;
        secured.connection = std::move(connection);
    }
    co_return secured;
}

}  // namespace understudy::net
