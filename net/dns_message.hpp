/// DNS messages: a question onto the wire, an answer from it (RFC 1035). Knows no socket.
#pragma once

#include "core/reason.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::net {

enum class DnsType : std::uint8_t { cname, a, aaaa, txt };
std::string_view name_of(DnsType type) noexcept;
std::optional<DnsType> dns_type_named(std::string_view name) noexcept;

struct DnsQuestion {
    std::string name;
    DnsType type = DnsType::cname;
    std::uint16_t id = 0;

    DnsQuestion() = default;
};

using DnsBytes = std::vector<std::uint8_t>;

/// Asks for recursion, so that a resolver may be asked as well as an authoritative server. Throws
/// std::invalid_argument for what is not a name.
DnsBytes wire_form(const DnsQuestion& question);

struct DnsAnswer {
    /// `none`; `wrong_answer` when the server says that it will not or cannot answer, or that there
    /// is no such record; `protocol` for a message that cannot be understood; or why no answer
    /// came.
    core::Reason reason = core::Reason::internal;
    std::string detail;
    /// Sorted. Names in lower case and without the dot at the end.
    std::vector<std::string> values;
    bool truncated = false;  ///< Ask again over TCP.
    /// The server says that there is no such record: no such name, or none of that type there.
    bool absent = false;
    bool authoritative = false;  ///< It speaks of its own zone, not from a cache.
    std::uint32_t ttl = 0;       ///< Seconds: the shortest of the records that led to `values`.

    DnsAnswer() = default;
};

/// Empty when the message is not the answer to this question (another id or question): a stray or
/// forged one, for which nobody is to blame.
std::optional<DnsAnswer> answer_in(const DnsBytes& message, const DnsQuestion& question);

/// As in DnsAnswer::values.
std::string canonical_name(std::string_view name);

}  // namespace understudy::net
