/// The one DNS update that switches a name, as a message (RFC 2136, signed as RFC 8945 says). Knows
/// no socket.
#pragma once

#include "core/operation.hpp"
#include "net/dns_message.hpp"
#include "net/tsig_key.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::net {

/// One message, which the server does wholly or not at all. It demands that `name` is a CNAME to
/// `from` and that the TXT record `token_name` holds exactly `token_from`; then both are replaced.
/// So a message that comes late, twice, or from a run that was overtaken, changes nothing.
struct NameSwitch {
    std::string zone;
    std::string name;
    std::string from;
    std::string to;
    std::uint32_t ttl = 0;  ///< Seconds, of both records.
    std::string token_name;
    std::optional<std::string> token_from;  ///< Empty: there must be no such record.
    std::string token_to;

    NameSwitch() = default;
};

struct SignedUpdate {
    DnsBytes wire;
    std::uint16_t id = 0;
    DnsBytes mac;  ///< Of the request, as ldns keeps it: the answer's signature covers it.

    SignedUpdate() = default;
};

/// Throws std::invalid_argument, naming the part, for what cannot be put into a message: not a
/// name, not below the zone, a token of more than 255 bytes.
SignedUpdate signed_update(const NameSwitch& change, const TsigKey& key);

struct DnsUpdateReply {
    core::EffectResult result = core::EffectResult::unknown;
    std::string detail;

    DnsUpdateReply() = default;
};

/// What the server's message says. `applied`: NOERROR, and the signature verifies. `refused`: an
/// error code that comes before any change, and either the signature verifies or the server says
/// that it does not know our key or signature, which it cannot sign (RFC 8945, 5.3.2). The rest is
/// `unknown`: SERVFAIL, which may come from writing the zone, another code, another id, no
/// signature or a wrong one.
DnsUpdateReply update_reply_in(
    const DnsBytes& message, const SignedUpdate& update, const TsigKey& key);

}  // namespace understudy::net
