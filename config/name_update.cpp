#include "config/name_update.hpp"

#include "config/addresses.hpp"
#include "config/probe_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

/// DNS compares names without regard to case (RFC 4343), and to the root's dot.
std::string canonical(std::string_view name)
{
    std::string text(name.substr(0, name.size() - (name.ends_with('.') ? 1U : 0U)));
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

bool is_below(std::string_view name, std::string_view zone)
{
    return canonical(name).ends_with("." + canonical(zone));
}

void read_server(Section& section, NameUpdate& update, const std::vector<std::string>& servers)
{
    if (!servers.empty())
        update.server = servers.front();
    else
        section.require("server", "name the server that takes updates of the zone");
    section.read("server", update.server);
    if (!update.server.empty() && !is_server(update.server))
        section.complain(
            "server", fmt::format(
                          "is {}: write a numeric address, with a port only when it is not 53",
                          shown(update.server)));
}

/// Those of RFC 8945 that are not deprecated, and that the DNS library can sign with.
void read_key(Section& section, NameUpdate& update)
{
    constexpr std::array algorithms{
        Choice<std::string_view>{"hmac-sha256", "hmac-sha256"},
        Choice<std::string_view>{"hmac-sha512", "hmac-sha512"}};
    section.require("key_name", "write the name of the TSIG key, as the server knows it");
    section.read_host("key_name", update.key_name);
    std::string_view algorithm = update.key_algorithm;
    section.read_choice<std::string_view>("key_algorithm", algorithm, algorithms);
    update.key_algorithm = std::string(algorithm);
    section.require("key_file", "name the file that holds the TSIG key");
    section.read_file("key_file", update.key_file, FileKind::secret);
}

void read_ttl(Section& section, Duration& ttl)
{
    section.read("ttl", ttl, Range<Duration>{1s, 24h});
    if (ttl % 1s != Duration::zero())
        section.complain("ttl", "must be whole seconds: DNS knows no less");
}

void check_names(Section& section, const NameUpdate& update, const std::string& floating_name)
{
    if (!update.zone.empty() && !floating_name.empty() && !is_below(floating_name, update.zone))
        section.complain(
            "zone", fmt::format(
                        "is {}, but floating.name ({}) is not below it", shown(update.zone),
                        floating_name));
    if (!update.zone.empty() && section.has("token_record") &&
        !is_below(update.token_record, update.zone))
        section.complain("token_record", "must be below the zone");
    if (canonical(update.token_record) == canonical(floating_name))
        section.complain(
            "token_record", "is the floating name itself: a CNAME stands alone, so the token needs "
                            "a name of its own");
}

}  // namespace

std::optional<NameUpdate> read_name_update(
    Section& floating, const std::string& floating_name, const std::vector<std::string>& servers)
{
    auto section = floating.table("update");
    if (!section)
        return std::nullopt;
    NameUpdate update;
    read_server(*section, update, servers);
    section->require("zone", "write the DNS zone that holds the floating name");
    section->read_host("zone", update.zone);
    read_key(*section, update);
    read_ttl(*section, update.ttl);
    update.token_record = "_understudy." + floating_name;
    section->read_host("token_record", update.token_record);
    section->read("deadline", update.deadline, Range<Duration>{1s, 24h});
    check_names(*section, update, floating_name);
    section->reject_unknown();
    return update;
}

}  // namespace understudy::config
