/// The key that signs DNS updates (TSIG, RFC 8945).
#pragma once

#include "net/secret.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace understudy::net {

struct TsigKey {
    std::string name;
    std::string algorithm;  ///< `hmac-sha256` or `hmac-sha512`.
    Secret secret;          ///< In base64.

    TsigKey() = default;
};

/// Understands BIND's statement `key "name" { algorithm hmac-sha256; secret "..."; };`, as
/// tsig-keygen writes it, and a plain line of base64, which takes its name and algorithm from the
/// arguments. A name or algorithm that is given must be that of the statement; without one
/// `hmac-sha256` is meant. Throws std::runtime_error that says what is missing, never what is
/// there; `where` names the file in it.
TsigKey tsig_key_in(
    const Secret& text, std::string name, std::string algorithm, std::string_view where);

/// The same for a secret file, with the demands of read_secret() on it.
TsigKey read_tsig_key(const std::filesystem::path& file, std::string name, std::string algorithm);

}  // namespace understudy::net
