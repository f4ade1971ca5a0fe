/// From OpenSSL's certificates to PeerCertificate; for `net/*.cpp`.
#pragma once

#include "net/tls.hpp"

struct x509_st;
struct stack_st_X509;

namespace understudy::net {

/// What the leaf says of itself; `chain_not_after` stays 0.
PeerCertificate certificate_of(x509_st* leaf);

/// RFC 2253, of bounded length.
std::string subject_of(const x509_st* certificate);

/// The earliest end of a verified chain, in Unix seconds; 0 when there is none.
std::int64_t earliest_end_of(const stack_st_X509* chain);

}  // namespace understudy::net
