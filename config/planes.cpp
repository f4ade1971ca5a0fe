#include "config/planes.hpp"

#include "config/names.hpp"
#include "config/probe_options.hpp"
#include "config/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::config {

namespace {

enum class ProbeSet { none, tsb };

ProbeSet read_probe_set(Section& section)
{
    constexpr std::array choices{
        Choice<ProbeSet>{"tsb", ProbeSet::tsb}, Choice<ProbeSet>{"none", ProbeSet::none}};
    auto set = ProbeSet::none;
    section.read_choice<ProbeSet>("probes", set, choices);
    return set;
}

bool read_is_active(Section& section)
{
    constexpr std::array choices{Choice<bool>{"active", true}, Choice<bool>{"standby", false}};
    bool active = false;
    if (section.require(
            "role", "write \"active\" or \"standby\", as it is at the very first start"))
        section.read_choice<bool>("role", active, choices);
    return active;
}

/// What the ready-made set cannot do without.
void require_for_tsb(Section& section)
{
    section.require("organization", "the health request of the set \"tsb\" names an organization");
    section.require(
        "credentials", "the API answers nobody it does not know: write { kind = ..., file = ... }");
}

PlaneDescription read_description(
    Section& section, const PlaneContext& context, const core::PlaneSettings& plane)
{
    PlaneDescription description;
    description.name = plane.name;
    description.host = plane.host;
    description.floating_name = context.floating_name;
    description.variant = context.variant;
    description.key_secrets = context.key_secrets;
    section.read_port("port", description.port);
    section.read_port("agents_port", description.agents_port);
    section.read("organization", description.organization);
    if (description.organization.find_first_of("/?# %") != std::string::npos)
        section.complain("organization", "must be the organization's id, as in its URL");
    read_tls_files(section, description.tls);
    read_credentials(section, description.credentials);
    section.read("namespace", description.name_space);
    return description;
}

probes::PostgresProbe::Options read_instance(Section& section, const PlaneDescription& plane)
{
    probes::PostgresProbe::Options options;
    options.ca_file = plane.tls.ca_file;
    section.require("instance", "give the instance a name, such as \"pg1\"");
    read_options(section, options);
    require_complete(section, options);
    if (section.has("instance") && !is_name(options.instance))
        section.complain("instance", "must be 1 to 63 of a-z, 0-9 and -");
    section.reject_unknown();
    return options;
}

void read_instances(
    Section& section,
    const PlaneDescription& plane,
    const Pace& pace,
    std::vector<PlacedProbe>& probes)
{
    for (auto& entry : section.tables("postgres")) {
        auto probe = postgres_probe(plane.name, read_instance(entry, plane), pace);
        const auto& id = probe.settings.id;
        const bool taken = std::ranges::any_of(
            probes, [&](const PlacedProbe& other) { return other.probe.settings.id == id; });
        if (taken)
            entry.complain("instance", "is taken: each instance needs a name of its own");
        probes.push_back({std::move(probe), entry.at()});
    }
}

}  // namespace

std::optional<net::KubernetesOptions> read_cluster(Section& section)
{
    net::KubernetesOptions options;
    section.read_file("kubeconfig", options.kubeconfig, FileKind::secret);
    section.read("context", options.context);
    if (section.has("kubeconfig"))
        return options;
    if (section.has("context"))
        section.complain("context", "needs a kubeconfig");
    return std::nullopt;
}

std::optional<net::KubernetesOptions> read_acting_cluster(
    Section& section, const std::optional<net::KubernetesOptions>& watching)
{
    auto options = watching.value_or(net::KubernetesOptions());
    if (section.has("acting_kubeconfig"))
        options = {};  // a context belongs to its own file
    section.read_file("acting_kubeconfig", options.kubeconfig, FileKind::secret);
    section.read("acting_context", options.context);
    if (section.has("acting_kubeconfig") || watching)
        return options;
    if (section.has("acting_context"))
        section.complain("acting_context", "needs a kubeconfig");
    return std::nullopt;
}

PlaneReading read_plane(Section& section, const PlaneContext& context)
{
    PlaneReading reading;
    reading.plane.name = section.read_target_name();
    reading.plane.initially_active = read_is_active(section);
    section.require("host", "write the plane's own DNS name");
    section.read_host("host", reading.plane.host);
    reading.cluster = read_cluster(section);
    reading.acting_cluster = read_acting_cluster(section, reading.cluster);

    auto description = read_description(section, context, reading.plane);
    description.has_cluster = reading.cluster.has_value();
    reading.access.name = description.name;
    reading.access.organization = description.organization;
    reading.access.name_space = description.name_space;
    if (read_probe_set(section) == ProbeSet::tsb) {
        require_for_tsb(section);
        for (auto& probe : tsb_probes(description, context.pace))
            reading.probes.push_back({std::move(probe), section.at()});
    }
    read_instances(section, description, context.pace, reading.probes);
    tune_probes(section, description, context.pace, reading.probes);
    section.reject_unknown();
    return reading;
}

}  // namespace understudy::config
