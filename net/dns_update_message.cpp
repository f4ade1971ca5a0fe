#include "net/dns_update_message.hpp"

#include "net/ldns_objects.hpp"
#include "net/printable.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace understudy::net {

namespace {

using core::EffectResult;

/// Clocks may be so far apart (RFC 8945, 10).
constexpr std::uint16_t fudge_seconds = 300;
constexpr std::size_t token_bytes_max = 255;

/// RFC 8945, 4.2: the fields of a TSIG record.
constexpr std::size_t mac_field = 3;
constexpr std::size_t error_field = 5;

Name parsed(const std::string& name, const char* what)
{
    Name result(ldns_dname_new_frm_str(name.c_str()));
    if (!result || name.empty())
        throw std::invalid_argument(
            std::string(what) + " '" + printable(name, 255) + "' is not a DNS name");
    return result;
}

Name below(const std::string& name, const Name& zone, const char* what)
{
    Name result = parsed(name, what);
    if (!ldns_dname_is_subdomain(result.get(), zone.get()))
        throw std::invalid_argument(
            std::string(what) + " '" + printable(name, 255) + "' is not in the zone");
    return result;
}

Name text_data(const std::string& text)
{
    if (text.empty() || text.size() > token_bytes_max)
        throw std::invalid_argument("a token needs between 1 and 255 bytes");
    std::string counted(1, static_cast<char>(text.size()));
    counted += text;
    return Name(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, counted.size(), counted.data()));
}

/// What a record is for shows in its class and TTL (RFC 2136, 2.4 and 2.5). `data` may be empty.
Record record(
    const Name& owner, ldns_rr_type type, ldns_rr_class meaning, std::uint32_t ttl, Name data)
{
    Record result(ldns_rr_new());
    if (!result)
        throw std::bad_alloc();
    ldns_rr_set_owner(result.get(), ldns_rdf_clone(owner.get()));
    ldns_rr_set_type(result.get(), type);
    ldns_rr_set_class(result.get(), meaning);
    ldns_rr_set_ttl(result.get(), ttl);
    if (data)
        ldns_rr_push_rdf(result.get(), data.release());
    return result;
}

void add(const Records& records, Record one)
{
    if (!ldns_rr_list_push_rr(records.get(), one.get()))
        throw std::bad_alloc();
    std::ignore = one.release();  // the list's by now
}

Record is(const Name& owner, ldns_rr_type type, Name data)
{
    return record(owner, type, LDNS_RR_CLASS_IN, 0, std::move(data));
}

Record is_absent(const Name& owner, ldns_rr_type type)
{
    return record(owner, type, LDNS_RR_CLASS_NONE, 0, {});
}

/// All records of that name and type.
Record removal(const Name& owner, ldns_rr_type type)
{
    return record(owner, type, LDNS_RR_CLASS_ANY, 0, {});
}

struct Owners {
    Name zone;
    Name name;
    Name token;
};

Owners owners_of(const NameSwitch& change)
{
    Owners owners;
    owners.zone = parsed(change.zone, "the zone");
    owners.name = below(change.name, owners.zone, "the floating name");
    owners.token = below(change.token_name, owners.zone, "the token's name");
    return owners;
}

Records prerequisites(const NameSwitch& change, const Owners& owners)
{
    Records records(ldns_rr_list_new());
    add(records, is(owners.name, LDNS_RR_TYPE_CNAME, parsed(change.from, "the old value")));
    if (change.token_from)
        add(records, is(owners.token, LDNS_RR_TYPE_TXT, text_data(*change.token_from)));
    else
        add(records, is_absent(owners.token, LDNS_RR_TYPE_TXT));
    return records;
}

Records changes(const NameSwitch& change, const Owners& owners)
{
    Records records(ldns_rr_list_new());
    add(records, removal(owners.name, LDNS_RR_TYPE_CNAME));
    add(records, record(
                     owners.name, LDNS_RR_TYPE_CNAME, LDNS_RR_CLASS_IN, change.ttl,
                     parsed(change.to, "the new value")));
    add(records, removal(owners.token, LDNS_RR_TYPE_TXT));
    add(records, record(
                     owners.token, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, change.ttl,
                     text_data(change.token_to)));
    return records;
}

Packet packet_of(const NameSwitch& change)
{
    Owners owners = owners_of(change);
    const Records demanded = prerequisites(change, owners);
    const Records done = changes(change, owners);
    Packet packet(ldns_update_pkt_new(
        owners.zone.get(), LDNS_RR_CLASS_IN, demanded.get(), done.get(), nullptr));
    if (!packet)
        throw std::bad_alloc();
    std::ignore = owners.zone.release();  // the packet's by now
    ldns_pkt_set_random_id(packet.get());
    return packet;
}

/// A Secret's bytes end with a zero, as those of the string inside do.
const char* data_of(const TsigKey& key) { return key.secret.reveal().data(); }

DnsBytes wire_of(const Packet& packet)
{
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&bytes, packet.get(), &size) != LDNS_STATUS_OK)
        throw std::invalid_argument("the update does not fit into a DNS message");
    const Bytes owner(bytes);
    return {bytes, bytes + size};
}

const ldns_rdf* signature_field(const ldns_pkt* packet, std::size_t field)
{
    const ldns_rr* signature = ldns_pkt_tsig(packet);
    return signature == nullptr ? nullptr : ldns_rr_rdf(signature, field);
}

std::uint16_t signature_error(const ldns_pkt* packet)
{
    const ldns_rdf* field = signature_field(packet, error_field);
    return field == nullptr ? std::uint16_t{0} : ldns_rdf2native_int16(field);
}

bool verifies(
    const Packet& packet, const DnsBytes& message, const SignedUpdate& update, const TsigKey& key)
{
    const Name mac(
        ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, update.mac.size(), update.mac.data()));
    return ldns_pkt_tsig(packet.get()) != nullptr &&
           ldns_pkt_tsig_verify(
               packet.get(), message.data(), message.size(), key.name.c_str(), data_of(key),
               mac.get());
}

struct Refusal {
    ldns_pkt_rcode code;
    std::string_view words;
};
constexpr std::array refusals{
    Refusal{LDNS_RCODE_FORMERR, "FORMERR: the server does not understand the update"},
    Refusal{LDNS_RCODE_NXDOMAIN, "NXDOMAIN: a name that must exist does not"},
    Refusal{LDNS_RCODE_NOTIMPL, "NOTIMP: the server takes no updates"},
    Refusal{
        LDNS_RCODE_REFUSED, "REFUSED: the key may not change these names (allow-update or "
                            "update-policy)"},
    Refusal{LDNS_RCODE_YXDOMAIN, "YXDOMAIN: a name exists that must not"},
    Refusal{
        LDNS_RCODE_YXRRSET, "YXRRSET: there is a token already, which was not there when it "
                            "was read"},
    Refusal{
        LDNS_RCODE_NXRRSET, "NXRRSET: the name or the token no longer has the value that was "
                            "read"},
    Refusal{LDNS_RCODE_NOTAUTH, "NOTAUTH: the server is not the primary of the zone"},
    Refusal{LDNS_RCODE_NOTZONE, "NOTZONE: a name is not in the zone"},
};

/// Extended codes of TSIG (RFC 8945, 3).
struct SignatureTrouble {
    std::uint16_t code;
    bool is_signed;  ///< Does the server sign when it says so?
    std::string_view words;
};
constexpr std::array signature_troubles{
    SignatureTrouble{16, false, "BADSIG: the server has another secret for this key"},
    SignatureTrouble{17, false, "BADKEY: the server does not know this key or algorithm"},
    SignatureTrouble{18, true, "BADTIME: our clock and the server's are too far apart"},
    SignatureTrouble{22, true, "BADTRUNC: the server wants a longer signature"},
};

DnsUpdateReply reply(EffectResult result, std::string_view detail)
{
    DnsUpdateReply made;
    made.result = result;
    made.detail = detail;
    return made;
}

DnsUpdateReply judged(ldns_pkt_rcode code)
{
    if (code == LDNS_RCODE_NOERROR)
        return reply(EffectResult::applied, "NOERROR");
    const auto* const row = std::ranges::find(refusals, code, &Refusal::code);
    if (row != refusals.end())
        return reply(EffectResult::refused, row->words);
    const Text name(ldns_pkt_rcode2str(code));
    return reply(
        EffectResult::unknown,
        (name ? std::string(name.get()) : std::to_string(static_cast<int>(code))) +
            ": this tells nothing of what was done");
}

}  // namespace

SignedUpdate signed_update(const NameSwitch& change, const TsigKey& key)
{
    const Packet packet = packet_of(change);
    const std::string algorithm = key.algorithm + ".";
    if (ldns_pkt_tsig_sign(
            packet.get(), key.name.c_str(), data_of(key), fudge_seconds, algorithm.c_str(),
            nullptr) != LDNS_STATUS_OK)
        throw std::invalid_argument("the update cannot be signed with the key " + key.name);
    const ldns_rdf* mac = signature_field(packet.get(), mac_field);
    SignedUpdate update;
    update.wire = wire_of(packet);
    update.id = ldns_pkt_id(packet.get());
    update.mac.assign(ldns_rdf_data(mac), ldns_rdf_data(mac) + ldns_rdf_size(mac));
    return update;
}

DnsUpdateReply update_reply_in(
    const DnsBytes& message, const SignedUpdate& update, const TsigKey& key)
{
    ldns_pkt* raw = nullptr;
    const bool understood = ldns_wire2pkt(&raw, message.data(), message.size()) == LDNS_STATUS_OK;
    const Packet packet(raw);
    if (!understood || ldns_pkt_qr(raw) == 0 || ldns_pkt_id(raw) != update.id ||
        ldns_pkt_get_opcode(raw) != LDNS_PACKET_UPDATE)
        return reply(EffectResult::unknown, "what came is not the answer to the update");

    const bool trusted = verifies(packet, message, update, key);
    const auto code = ldns_pkt_get_rcode(raw);
    const auto error = signature_error(raw);
    const auto* const trouble =
        std::ranges::find(signature_troubles, error, &SignatureTrouble::code);
    const bool is_trouble = code == LDNS_RCODE_NOTAUTH && trouble != signature_troubles.end();
    if (is_trouble && (trusted || !trouble->is_signed))
        return reply(EffectResult::refused, trouble->words);
    if (!trusted)
        return reply(EffectResult::unknown, "the answer is not signed with our key");
    return judged(code);
}

}  // namespace understudy::net
