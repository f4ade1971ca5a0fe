/// The ready-made set of probes for a TSB Management Plane: what one line of configuration stands
/// for.
#pragma once

#include "config/pace.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace understudy::config {

/// What is known of one plane when its probes are made.
struct PlaneDescription {
    std::string name;
    std::string host;
    std::uint16_t port = 8443;
    std::uint16_t agents_port = 9443;
    std::string floating_name;
    std::string organization;
    net::TlsOptions tls;
    probes::HttpCredentials credentials;
    bool has_cluster = false;
    std::string name_space = "tsb";
    core::Variant variant = core::Variant::embedded_sync;
    std::vector<std::string> key_secrets;
};

/// The probes of the set `tsb`, in the order of the reference.
std::vector<ProbeDefinition> tsb_probes(const PlaneDescription& plane, const Pace& pace);

/// The probe of one configured PostgreSQL instance.
ProbeDefinition postgres_probe(
    const std::string& plane, probes::PostgresProbe::Options options, const Pace& pace);

/// A probe with its settings filled from the pace; `TARGET/NAME` becomes its id.
ProbeDefinition define(
    const std::string& target,
    const std::string& name,
    core::Purpose purpose,
    const Pace& pace,
    ProbeOptions options);

/// What changes over days needs no look every few seconds: certificates, keys, scheduled jobs.
Pace unhurried(Pace pace);

}  // namespace understudy::config
