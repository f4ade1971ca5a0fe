/// TLS settings and what a peer showed of itself. OpenSSL stays behind this header.
#pragma once

#include "core/facts.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::net {

/// How to speak TLS to a peer. Verification of chain, name and time cannot be switched off.
struct TlsOptions {
    std::filesystem::path ca_file;           ///< PEM bundle; empty: the system's roots.
    std::filesystem::path certificate_file;  ///< PEM client certificate (chain); empty: none.
    std::filesystem::path key_file;  ///< PEM key of it; must not be group- or world-readable.
    std::string ca_pem;              ///< In place of `ca_file` (kubeconfig's inline data).
    std::string certificate_pem;
    std::string key_pem;
    std::string server_name;  ///< SNI and the name to verify; empty: the host that is connected to.

    bool operator==(const TlsOptions&) const = default;
};

/// The leaf and chain that the peer presented, captured also when verification failed.
struct PeerCertificate {
    std::int64_t not_after = 0;        ///< Unix seconds; 0: nothing was presented.
    std::int64_t chain_not_after = 0;  ///< Earliest of the verified chain; 0: it did not verify.
    std::string issuer;
    std::string subject;
    std::vector<std::string> names;  ///< DNS names.

    bool presented() const noexcept { return not_after != 0; }
    /// Whether one of the DNS names is `host` or a wildcard for it (RFC 6125, 6.4.3: `*` stands for
    /// exactly one whole leftmost label).
    bool covers(std::string_view host) const;
};

/// The facts `certificate/...` of `core/facts.hpp`.
core::Facts facts_of(const PeerCertificate& certificate);

/// An immutable, shareable TLS context: TLS 1.2 or newer, verification always on. Files are read at
/// construction; throws std::runtime_error that names the file and the remedy. Re-create it to pick
/// up rotated files, or let RotatingTls do that.
class TlsContext {
public:
    explicit TlsContext(const TlsOptions& options);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// As given, except that `key_pem` is not kept.
    const TlsOptions& options() const noexcept { return options_; }
    /// The underlying `boost::asio::ssl::context`, for `net/*.cpp`.
    void* native() const noexcept;

private:
    struct Impl;
    TlsOptions options_;
    std::unique_ptr<Impl> impl_;
};

/// A TlsContext that follows its files: made at first use, and made anew when one of them changed.
/// Not before, because parsing the system's roots costs several milliseconds of the event loop.
class RotatingTls {
public:
    explicit RotatingTls(TlsOptions options) : options_(std::move(options)) {}

    /// Throws what the constructor of TlsContext throws.
    std::shared_ptr<const TlsContext> current();

private:
    TlsOptions options_;
    std::string stamp_;
    std::shared_ptr<const TlsContext> context_;
};

}  // namespace understudy::net
