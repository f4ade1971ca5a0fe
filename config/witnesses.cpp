#include "config/witnesses.hpp"

#include "config/addresses.hpp"
#include "config/names.hpp"
#include "config/probe_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::config {

namespace {

/// Reads an endpoint into anything that has a host and a port.
template <class Options>
void read_endpoint(Section& section, std::string_view key, Options& options)
{
    std::string text;
    section.read(key, text);
    const auto endpoint = parse_endpoint(text);
    if (endpoint) {
        options.host = endpoint->host;
        options.port = endpoint->port;
    } else if (!text.empty()) {
        section.complain(key, fmt::format("is {}: write host:port", shown(text)));
    }
}

probes::HttpProbe::Options read_url_target(Section& section)
{
    probes::HttpProbe::Options options;
    std::string text;
    section.read("url", text);
    if (const auto url = parse_url(text)) {
        options.tls = url->tls;
        options.host = url->host;
        options.port = url->port;
        options.path = url->path;
    } else if (!text.empty()) {
        section.complain("url", "is not an http or https URL without user name and password");
    }
    return options;
}

/// Of `tcp`, `tls` and `url` there must be exactly one.
std::optional<ProbeOptions> read_canary_target(Section& section)
{
    constexpr std::array<std::string_view, 3> keys{"tcp", "tls", "url"};
    net::TlsOptions trust;
    section.read_file("ca_file", trust.ca_file, FileKind::plain);
    for (const auto key : keys)
        section.find(key);
    const auto given = std::ranges::count_if(keys, [&](auto key) { return section.has(key); });
    if (given != 1) {
        section.complain("needs exactly one of tcp, tls (host:port) and url");
        return std::nullopt;
    }
    if (section.has("tcp")) {
        probes::TcpProbe::Options options;
        read_endpoint(section, "tcp", options);
        return options;
    }
    if (section.has("tls")) {
        probes::TlsProbe::Options options;
        options.tls_options = trust;
        read_endpoint(section, "tls", options);
        return options;
    }
    auto options = read_url_target(section);
    options.tls_options = trust;
    return options;
}

}  // namespace

ControlPlaneReading read_control_plane(Section& section, const Pace& pace)
{
    ControlPlaneReading reading;
    reading.name = section.read_target_name();
    section.require(
        "kubeconfig", "its own cluster is the witness: name the kubeconfig to ask it with");
    reading.cluster = read_cluster(section);
    reading.acting_cluster = read_acting_cluster(section, reading.cluster);

    OnCluster<probes::ExchangeProbe::Options> options;
    options.cluster = reading.name;
    read_options(section, options);
    auto own_pace = pace;
    read_pace(section, own_pace);
    reading.probe.probe =
        define(reading.name, "exchange", core::Purpose::clients, own_pace, std::move(options));
    reading.probe.at = section.at();
    section.reject_unknown();
    return reading;
}

CanaryReading read_canary(Section& section, const Pace& pace)
{
    CanaryReading reading;
    reading.canary.name = section.read_target_name();
    section.require("domain", "name the failure domain: canaries of one domain may fail together");
    section.read("domain", reading.canary.domain);
    auto options = read_canary_target(section);
    auto own_pace = pace;
    read_pace(section, own_pace);
    if (options) {
        PlacedProbe placed;
        placed.probe = define(
            "canary", reading.canary.name, core::Purpose::canary, own_pace, std::move(*options));
        placed.probe.settings.target = reading.canary.name;
        placed.at = section.at();
        reading.probe = std::move(placed);
    }
    section.reject_unknown();
    return reading;
}

}  // namespace understudy::config
