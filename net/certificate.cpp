#include "net/certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <ctime>

namespace understudy::net {

namespace {

/// A hostile certificate may hold thousands of names; more than this are of no use to anybody.
constexpr int names_max = 256;
constexpr std::size_t name_bytes_max = 1024;

std::int64_t end_of(const X509* certificate)
{
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
        return 0;
    return ::timegm(&end);
}

std::string text_of(const X509_NAME* name)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0)
        return {};
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, std::min(static_cast<std::size_t>(length), name_bytes_max)};
}

/// Only what can be a DNS name: no control bytes, no blanks, so that nothing forged reaches a log.
bool is_dns_name(std::string_view name)
{
    return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '*' || c == '_';
    });
}

std::vector<std::string> dns_names_of(const X509* certificate)
{
    using Names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;
    const Names all(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    std::vector<std::string> names;
    const int count = all ? std::min(sk_GENERAL_NAME_num(all.get()), names_max) : 0;
    for (int i = 0; i < count; ++i) {
        const GENERAL_NAME* entry = sk_GENERAL_NAME_value(all.get(), i);
        if (entry->type != GEN_DNS)
            continue;
        const std::string_view name(
            reinterpret_cast<const char*>(ASN1_STRING_get0_data(entry->d.dNSName)),
            static_cast<std::size_t>(ASN1_STRING_length(entry->d.dNSName)));
        if (is_dns_name(name))
            names.emplace_back(name);
    }
    return names;
}

bool equal_names(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

bool matches(std::string_view pattern, std::string_view host)
{
    if (!pattern.starts_with("*."))
        return equal_names(pattern, host);
    const auto dot = host.find('.');
    return dot != 0 && dot != std::string_view::npos &&
           equal_names(pattern.substr(1), host.substr(dot));
}

}  // namespace

std::string subject_of(const X509* certificate)
{
    return text_of(X509_get_subject_name(certificate));
}

PeerCertificate certificate_of(x509_st* leaf)
{
    PeerCertificate certificate;
    certificate.not_after = end_of(leaf);
    certificate.issuer = text_of(X509_get_issuer_name(leaf));
    certificate.subject = text_of(X509_get_subject_name(leaf));
    certificate.names = dns_names_of(leaf);
    return certificate;
}

std::int64_t earliest_end_of(const stack_st_X509* chain)
{
    std::int64_t earliest = 0;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const std::int64_t end = end_of(sk_X509_value(chain, i));
        if (earliest == 0 || end < earliest)
            earliest = end;
    }
    return earliest;
}

bool PeerCertificate::covers(std::string_view host) const
{
    if (host.ends_with('.'))
        host.remove_suffix(1);
    return std::ranges::any_of(names, [&](const auto& name) { return matches(name, host); });
}

core::Facts facts_of(const PeerCertificate& certificate)
{
    core::Facts facts;
    if (!certificate.presented())
        return facts;
    facts["certificate/not_after"] = certificate.not_after;
    if (certificate.chain_not_after != 0)
        facts["certificate/chain_not_after"] = certificate.chain_not_after;
    facts["certificate/issuer"] = certificate.issuer;
    std::string names;
    for (const auto& name : certificate.names)
        names += (names.empty() ? "" : " ") + name;
    facts["certificate/names"] = names;
    return facts;
}

}  // namespace understudy::net
