/// The keys of each kind of probe. What is not there keeps the value that the options held before:
/// that is how a ready-made probe is tuned.
#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

void read_options(Section& section, probes::HttpProbe::Options& options);
void read_options(Section& section, probes::TcpProbe::Options& options);
void read_options(Section& section, probes::TlsProbe::Options& options);
void read_options(Section& section, probes::PostgresProbe::Options& options);
void read_options(Section& section, OnCluster<probes::KubernetesProbe::Options>& options);
void read_options(Section& section, probes::DnsProbe::Options& options);
void read_options(Section& section, probes::ExecProbe::Options& options);
void read_options(Section& section, OnCluster<probes::ExchangeProbe::Options>& options);

/// `ca_file`, `certificate_file` and `key_file`.
void read_tls_files(Section& section, net::TlsOptions& options);
/// `credentials = {kind, user, file}`.
void read_credentials(Section& section, probes::HttpCredentials& credentials);

/// A name server: a numeric address, with or without a port.
bool is_server(std::string_view text);
/// `servers`: numeric addresses of name servers.
void read_servers(Section& section, std::vector<std::string>& servers);

/// What the options must have before the probe can be built.
void require_complete(Section& section, const ProbeOptions& options);

/// The name of the alternative, as `kind` spells it.
std::string_view kind_of(const ProbeOptions& options) noexcept;
/// Fresh options of that kind; false when there is no such kind. Reports a kind that does not
/// exist.
bool read_kind(Section& section, ProbeOptions& options);

void set_timeout(ProbeOptions& options, core::Duration timeout);

}  // namespace understudy::config
