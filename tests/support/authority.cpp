#include "support/authority.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace understudy::support {

namespace {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

void require(bool good, const char* what)
{
    if (!good)
        throw std::runtime_error(std::string("test authority: ") + what);
}

Key make_key() { return Key(EVP_EC_gen("P-256")); }

std::string text_in(const Memory& memory)
{
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

std::string pem_of(X509* certificate)
{
    const Memory memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(memory.get(), certificate) == 1, "write certificate");
    return text_in(memory);
}

std::string pem_of(EVP_PKEY* key)
{
    const Memory memory(BIO_new(BIO_s_mem()));
    require(
        PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "write key");
    return text_in(memory);
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

Certificate blank(const std::string& name, EVP_PKEY* key, const LeafWish& wish)
{
    static std::atomic<long> serial{1};
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.begins.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.ends.count());
    const auto* bytes = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, bytes, -1, -1, 0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

}  // namespace

struct Authority::Impl {
    Key key = make_key();
    Certificate certificate;
};

Authority::Authority(const std::string& name, std::chrono::seconds ends)
    : impl_(std::make_unique<Impl>())
{
    LeafWish wish;
    wish.begins = std::chrono::hours(-24 * 365);
    wish.ends = ends;
    impl_->certificate = blank(name, impl_->key.get(), wish);
    auto* self = impl_->certificate.get();
    X509_set_issuer_name(self, X509_get_subject_name(self));
    extend(self, self, NID_basic_constraints, "critical,CA:TRUE");
    extend(self, self, NID_subject_key_identifier, "hash");
    require(X509_sign(self, impl_->key.get(), EVP_sha256()) != 0, "sign");
    certificate_ = pem_of(self);
}

Authority::~Authority() = default;

Issued Authority::issue(const LeafWish& wish) const
{
    const Key key = make_key();
    const Certificate leaf = blank("leaf", key.get(), wish);
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(impl_->certificate.get()));
    if (!wish.names.empty())
        extend(leaf.get(), impl_->certificate.get(), NID_subject_alt_name, joined(wish.names));
    require(X509_sign(leaf.get(), impl_->key.get(), EVP_sha256()) != 0, "sign");
    return {pem_of(leaf.get()), pem_of(key.get())};
}

}  // namespace understudy::support
