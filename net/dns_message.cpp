#include "net/dns_message.hpp"

#include "net/ldns_objects.hpp"
#include "net/printable.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <stdexcept>
#include <utility>

namespace understudy::net {

namespace {

using core::Reason;

/// A longer chain of CNAMEs is a loop, or might as well be one.
constexpr int chain_max = 16;
constexpr std::size_t text_bytes_max = 512;

struct TypeRow {
    DnsType type;
    std::string_view name;
    ldns_rr_type number;
};
constexpr std::array types{
    TypeRow{DnsType::cname, "CNAME", LDNS_RR_TYPE_CNAME},
    TypeRow{DnsType::a, "A", LDNS_RR_TYPE_A},
    TypeRow{DnsType::aaaa, "AAAA", LDNS_RR_TYPE_AAAA},
    TypeRow{DnsType::txt, "TXT", LDNS_RR_TYPE_TXT},
};

ldns_rr_type number_of(DnsType type)
{
    return std::ranges::find(types, type, &TypeRow::type)->number;
}

Name parsed(const std::string& name)
{
    Name result(ldns_dname_new_frm_str(name.c_str()));
    if (!result || name.empty())
        throw std::invalid_argument("'" + printable(name, 255) + "' is not a DNS name");
    return result;
}

std::string text_of(const ldns_rdf* field)
{
    const Text text(ldns_rdf2str(field));
    return text ? std::string(text.get()) : std::string();
}

std::string value_of(const ldns_rr* record)
{
    if (ldns_rr_get_type(record) != LDNS_RR_TYPE_TXT)
        return canonical_name(text_of(ldns_rr_rdf(record, 0)));
    std::string all;
    for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
        const std::string quoted = text_of(ldns_rr_rdf(record, i));
        all += quoted.size() >= 2 ? quoted.substr(1, quoted.size() - 2) : quoted;
    }
    return printable(all, text_bytes_max);
}

/// The records of the type asked for, at the end of the chain of CNAMEs that starts at `owner`,
/// go into `answer`.
void find_values(DnsAnswer& answer, const ldns_rr_list* records, Name owner, ldns_rr_type wanted)
{
    answer.ttl = std::numeric_limits<std::uint32_t>::max();
    for (int hop = 0; hop < chain_max; ++hop) {
        const ldns_rdf* next = nullptr;
        for (std::size_t i = 0; i < ldns_rr_list_rr_count(records); ++i) {
            const ldns_rr* record = ldns_rr_list_rr(records, i);
            if (ldns_dname_compare(ldns_rr_owner(record), owner.get()) != 0)
                continue;
            if (ldns_rr_get_type(record) == wanted && ldns_rr_rd_count(record) > 0)
                answer.values.push_back(value_of(record));
            else if (ldns_rr_get_type(record) == LDNS_RR_TYPE_CNAME)
                next = ldns_rr_rdf(record, 0);
            else
                continue;
            answer.ttl = std::min(answer.ttl, ldns_rr_ttl(record));
        }
        if (!answer.values.empty() || next == nullptr)
            break;
        owner.reset(ldns_rdf_clone(next));
    }
    if (answer.values.empty())
        answer.ttl = 0;
    std::ranges::sort(answer.values);
}

bool answers(const ldns_pkt* packet, const DnsQuestion& question)
{
    const ldns_rr_list* questions = ldns_pkt_question(packet);
    if (ldns_pkt_qr(packet) == 0 || ldns_rr_list_rr_count(questions) != 1)
        return false;
    const ldns_rr* asked = ldns_rr_list_rr(questions, 0);
    const Name name = parsed(question.name);
    return ldns_rr_get_type(asked) == number_of(question.type) &&
           ldns_rr_get_class(asked) == LDNS_RR_CLASS_IN &&
           ldns_dname_compare(ldns_rr_owner(asked), name.get()) == 0;
}

std::string code_text(ldns_pkt_rcode code)
{
    const Text text(ldns_pkt_rcode2str(code));
    return text ? std::string(text.get()) : std::to_string(static_cast<int>(code));
}

DnsAnswer judged(const ldns_pkt* packet, const DnsQuestion& question)
{
    DnsAnswer answer;
    answer.reason = Reason::wrong_answer;
    answer.truncated = ldns_pkt_tc(packet) != 0;
    answer.authoritative = ldns_pkt_aa(packet) != 0;
    const ldns_pkt_rcode code = ldns_pkt_get_rcode(packet);
    if (code != LDNS_RCODE_NOERROR) {
        answer.absent = code == LDNS_RCODE_NXDOMAIN;
        answer.detail = code_text(code);
        return answer;
    }
    find_values(answer, ldns_pkt_answer(packet), parsed(question.name), number_of(question.type));
    answer.absent = answer.values.empty() && !answer.truncated;
    if (answer.values.empty())
        answer.detail = "no " + std::string(name_of(question.type)) + " record";
    else
        answer.reason = Reason::none;
    return answer;
}

}  // namespace

std::string_view name_of(DnsType type) noexcept
{
    return std::ranges::find(types, type, &TypeRow::type)->name;
}

std::optional<DnsType> dns_type_named(std::string_view name) noexcept
{
    const auto* const found = std::ranges::find(types, name, &TypeRow::name);
    if (found == types.end())
        return std::nullopt;
    return found->type;
}

DnsBytes wire_form(const DnsQuestion& question)
{
    Name name = parsed(question.name);
    const Packet packet(
        ldns_pkt_query_new(name.get(), number_of(question.type), LDNS_RR_CLASS_IN, LDNS_RD));
    if (!packet)
        throw std::bad_alloc();
    std::ignore = name.release();  // the packet's by now
    ldns_pkt_set_id(packet.get(), question.id);

    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&bytes, packet.get(), &size) != LDNS_STATUS_OK)
        throw std::invalid_argument("'" + question.name + "' cannot be asked for over DNS");
    const Bytes owner(bytes);
    return {bytes, bytes + size};
}

std::optional<DnsAnswer> answer_in(const DnsBytes& message, const DnsQuestion& question)
{
    constexpr std::size_t header_bytes = 12;
    if (message.size() < 2 || (message[0] << 8 | message[1]) != question.id)
        return std::nullopt;
    ldns_pkt* raw = nullptr;
    const bool understood = message.size() >= header_bytes &&
                            ldns_wire2pkt(&raw, message.data(), message.size()) == LDNS_STATUS_OK;
    const Packet packet(raw);
    if (!understood) {
        DnsAnswer malformed;
        malformed.reason = Reason::protocol;
        malformed.detail = "a malformed DNS message";
        return malformed;
    }
    if (!answers(packet.get(), question))
        return std::nullopt;
    return judged(packet.get(), question);
}

std::string canonical_name(std::string_view name)
{
    std::string result(name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0)));
    std::ranges::transform(
        result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace understudy::net
