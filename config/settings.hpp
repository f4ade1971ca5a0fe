/// The whole configuration: typed, validated, ready to build a daemon from. Options live beside the
/// code that they configure; here they only come together.
#pragma once

#include "core/acting_settings.hpp"
#include "core/settings.hpp"
#include "net/kubernetes_client.hpp"
#include "probes/dns_probe.hpp"
#include "probes/exchange_probe.hpp"
#include "probes/exec_probe.hpp"
#include "probes/http_probe.hpp"
#include "probes/kubernetes_probe.hpp"
#include "probes/postgres_probe.hpp"
#include "probes/tcp_probe.hpp"
#include "probes/tls_probe.hpp"
#include "store/receiver_options.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace understudy::config {

/// A probe that asks the Kubernetes API of one of `Settings::clusters`.
template <class Options>
struct OnCluster {
    std::string cluster;
    Options probe;
};

using ProbeOptions = std::variant<
    probes::HttpProbe::Options,
    probes::TcpProbe::Options,
    probes::TlsProbe::Options,
    probes::PostgresProbe::Options,
    OnCluster<probes::KubernetesProbe::Options>,
    probes::DnsProbe::Options,
    probes::ExecProbe::Options,
    OnCluster<probes::ExchangeProbe::Options>>;

/// One probe. The timeout stands in both halves, and is the same.
struct ProbeDefinition {
    core::ProbeSettings settings;
    ProbeOptions options;
};

/// Where `/metrics`, `/healthz` and `/readyz` are served.
struct ListenSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 9189;
};

/// The admin socket: who may connect is its group's matter.
struct AdminSettings {
    std::filesystem::path socket;
    std::string group = "understudy";
};

enum class LogFormat : std::uint8_t {
    automatic,  ///< Priority prefixes under journald, else text.
    text,
    json,
};
enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct LogSettings {
    LogFormat format = LogFormat::automatic;
    LogLevel level = LogLevel::info;
};

/// How to reach one plane when acting, besides the API of its cluster.
struct PlaneAccess {
    std::string name;
    std::string organization;
    std::string name_space = "tsb";
    /// The documented request, as the plane's `api` probe sends it; empty: it has no such probe.
    std::optional<probes::HttpProbe::Options> request;
    /// Its PostgreSQL instances that are evidence of the class `database`.
    std::vector<probes::PostgresProbe::Options> postgres;
};

/// An update of the floating name by RFC 2136, signed with TSIG (RFC 8945).
struct NameUpdate {
    std::string server;  ///< Numeric, `address` or `address:port`; takes updates of the zone.
    std::string zone;
    std::string key_name;
    std::string key_algorithm = "hmac-sha256";
    std::filesystem::path key_file;  ///< The key in base64, alone. Read again for each update.
    core::Duration ttl = std::chrono::seconds(30);
    std::string token_record;  ///< Name of the TXT record that says whose update was the last.
    core::Duration deadline = std::chrono::seconds(60);
};

/// How a plane's database tells what it holds. TSB publishes no schema: the statement is the
/// operator's.
struct ContentDefinition {
    std::string query;
    std::string database = "tsb";
};

/// A hook as it is started. Its place in the run and its content's hash are in
/// `core::HookSettings`.
struct HookDefinition {
    std::string name;
    std::vector<std::string> argv;  ///< argv[0] is an absolute path.
    core::Duration timeout = std::chrono::seconds(60);
};

/// What a run may do, and what its actions need. The clusters are in `Settings::acting_clusters`;
/// how `edge` tells of its exchanges is in the probes `NAME/exchange`.
struct ActingDefinition {
    core::ActingSettings settings;
    std::vector<PlaneAccess> planes;          ///< As `settings.planes`, in the same order.
    std::optional<NameUpdate> name_update;    ///< Empty: a program switches the floating name.
    std::optional<HookDefinition> name_hook;  ///< That program; empty: hooks beside the step do it.
    std::vector<std::string> name_servers;    ///< All are asked where the floating name points.
    std::optional<ContentDefinition> content;  ///< Empty: content is not compared.
    std::vector<HookDefinition> hooks;         ///< As `settings.hooks`, in the same order.
};

struct Settings {
    core::WatchSettings
        watch;  ///< `watch.probes` equals the settings of `probes`, in the same order.
    std::vector<ProbeDefinition> probes;
    std::map<std::string, net::KubernetesOptions> clusters;  ///< By plane or control plane.
    /// As `clusters`, with the credentials that may change things; the same where no others are
    /// given.
    std::map<std::string, net::KubernetesOptions> acting_clusters;
    std::optional<ActingDefinition> acting;  ///< Empty: the file has no `[acting]`.
    std::vector<store::ReceiverOptions> receivers;
    std::optional<store::HeartbeatOptions> heartbeat;
    ListenSettings listen;
    AdminSettings admin;
    LogSettings log;
    std::filesystem::path state_directory;
};

}  // namespace understudy::config
