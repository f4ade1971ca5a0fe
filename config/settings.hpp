/// The whole configuration: typed, validated, ready to build a daemon from. Options live beside the
/// code that they configure; here they only come together.
#pragma once

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

struct Settings {
    core::WatchSettings
        watch;  ///< `watch.probes` equals the settings of `probes`, in the same order.
    std::vector<ProbeDefinition> probes;
    std::map<std::string, net::KubernetesOptions> clusters;  ///< By plane or control plane.
    std::vector<store::ReceiverOptions> receivers;
    std::optional<store::HeartbeatOptions> heartbeat;
    ListenSettings listen;
    AdminSettings admin;
    LogSettings log;
    std::filesystem::path state_directory;
};

}  // namespace understudy::config
