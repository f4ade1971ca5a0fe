#include "net/tls.hpp"

#include "net/secret.hpp"

#include <boost/asio/ssl/context.hpp>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

namespace understudy::net {

namespace ssl = boost::asio::ssl;
namespace fs = std::filesystem;

struct TlsContext::Impl {
    ssl::context context{ssl::context::tls_client};
};

namespace {

using Error = boost::system::error_code;

std::string read_public_file(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream || text.empty())
        throw std::runtime_error(
            "cannot read certificates from " + file.string() +
            " (it must exist, be readable by this user and hold PEM)");
    return text;
}

void require(const Error& error, const std::string& what, const fs::path& file)
{
    if (error)
        throw std::runtime_error(
            what + (file.empty() ? " given inline" : " in " + file.string()) + ": " +
            error.message() + " (it must be PEM)");
}

void trust(ssl::context& context, const TlsOptions& options)
{
    if (options.ca_file.empty() && options.ca_pem.empty()) {
        context.set_default_verify_paths();
        return;
    }
    const std::string pem =
        options.ca_pem.empty() ? read_public_file(options.ca_file) : options.ca_pem;
    Error error;
    context.add_certificate_authority(boost::asio::buffer(pem), error);
    require(error, "certificate authorities", options.ca_file);
}

/// The key after the certificate: OpenSSL then checks that they belong together.
void present(ssl::context& context, const TlsOptions& options)
{
    if (options.certificate_file.empty() && options.certificate_pem.empty())
        return;
    const std::string chain = options.certificate_pem.empty()
                                  ? read_public_file(options.certificate_file)
                                  : options.certificate_pem;
    Error error;
    context.use_certificate_chain(boost::asio::buffer(chain), error);
    require(error, "client certificate", options.certificate_file);

    const Secret key =
        options.key_pem.empty() ? read_secret(options.key_file) : Secret(options.key_pem);
    context.use_private_key(boost::asio::buffer(key.reveal()), ssl::context::pem, error);
    require(error, "private key of the client certificate", options.key_file);
}

/// Changes whenever a file is replaced or written. A file that is away has a stamp as well: the
/// context that is then made anew says what is wrong with it.
std::string stamp_of(const fs::path& file)
{
    struct stat status {};
    if (file.empty() || ::stat(file.c_str(), &status) != 0)
        return "-;";
    return std::to_string(status.st_ino) + ' ' + std::to_string(status.st_size) + ' ' +
           std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec) +
           ';';
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options)
    : options_(options), impl_(std::make_unique<Impl>())
{
    options_.key_pem.clear();
    SSL_CTX_set_min_proto_version(impl_->context.native_handle(), TLS1_2_VERSION);
    impl_->context.set_verify_mode(ssl::verify_peer);
    trust(impl_->context, options);
    present(impl_->context, options);
}

TlsContext::~TlsContext() = default;

void* TlsContext::native() const noexcept { return &impl_->context; }

std::shared_ptr<const TlsContext> RotatingTls::current()
{
    const std::string stamp = stamp_of(options_.ca_file) + stamp_of(options_.certificate_file) +
                              stamp_of(options_.key_file);
    if (!context_ || stamp != stamp_) {
        context_.reset();  // should making it throw, the old files must not live on silently
        context_ = std::make_shared<const TlsContext>(options_);
        stamp_ = stamp;
    }
    return context_;
}

}  // namespace understudy::net
