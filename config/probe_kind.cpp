#include "config/probe_options.hpp"

#include <array>

namespace understudy::config {

namespace {

// In the order of the variant's alternatives.
constexpr std::array<std::string_view, 8> kinds{"http",       "tcp", "tls",  "postgres",
                                                "kubernetes", "dns", "exec", "exchange"};
static_assert(std::variant_size_v<ProbeOptions> == kinds.size());

ProbeOptions options_at(std::size_t index)
{
    switch (index) {
    case 0: return probes::HttpProbe::Options{};
    case 1: return probes::TcpProbe::Options{};
    case 2: return probes::TlsProbe::Options{};
    case 3: return probes::PostgresProbe::Options{};
    case 4: return OnCluster<probes::KubernetesProbe::Options>{};
    case 5: return probes::DnsProbe::Options{};
    case 6: return probes::ExecProbe::Options{};
    default: return OnCluster<probes::ExchangeProbe::Options>{};
    }
}

void require_host(Section& section, const std::string& host)
{
    if (host.empty())
        section.require("host", "name the host to connect to");
}

void require_keys(Section& section, const probes::HttpProbe::Options& options)
{
    require_host(section, options.host);
}

void require_keys(Section& section, const probes::TcpProbe::Options& options)
{
    require_host(section, options.host);
    if (options.port == 0)
        section.require("port", "name the port to connect to");
}

void require_keys(Section& section, const probes::TlsProbe::Options& options)
{
    require_host(section, options.host);
}

void require_keys(Section& section, const probes::PostgresProbe::Options& options)
{
    require_host(section, options.host);
    if (options.user.empty())
        section.require("user", "name the role to log in as; it needs pg_monitor and no more");
}

void require_keys(Section&, const OnCluster<probes::KubernetesProbe::Options>&) {}

void require_keys(Section& section, const probes::DnsProbe::Options& options)
{
    if (options.name.empty())
        section.require("lookup", "write the name to look up");
    if (options.servers.empty())
        section.require("servers", "write the numeric addresses of the servers to ask");
}

void require_keys(Section& section, const probes::ExecProbe::Options& options)
{
    if (options.argv.empty())
        section.require("argv", "write the program and its arguments as an array");
}

void require_keys(Section&, const OnCluster<probes::ExchangeProbe::Options>&) {}

template <class Options>
core::Duration& timeout_of(Options& options)
{
    return options.timeout;
}

template <class Options>
core::Duration& timeout_of(OnCluster<Options>& options)
{
    return options.probe.timeout;
}

}  // namespace

std::string_view kind_of(const ProbeOptions& options) noexcept { return kinds.at(options.index()); }

bool read_kind(Section& section, ProbeOptions& options)
{
    if (!section.require("kind", "say which kind of probe this is, such as \"http\""))
        return false;
    // Not `exchange`: it belongs to a control plane, not to a plane.
    constexpr std::array choices{Choice<std::size_t>{kinds[0], 0}, Choice<std::size_t>{kinds[1], 1},
                                 Choice<std::size_t>{kinds[2], 2}, Choice<std::size_t>{kinds[3], 3},
                                 Choice<std::size_t>{kinds[4], 4}, Choice<std::size_t>{kinds[5], 5},
                                 Choice<std::size_t>{kinds[6], 6}};
    std::size_t index = kinds.size();
    section.read_choice<std::size_t>("kind", index, choices);
    if (index == kinds.size())
        return false;
    options = options_at(index);
    return true;
}

void require_complete(Section& section, const ProbeOptions& options)
{
    std::visit([&](const auto& kind) { require_keys(section, kind); }, options);
}

void set_timeout(ProbeOptions& options, core::Duration timeout)
{
    std::visit([&](auto& kind) { timeout_of(kind) = timeout; }, options);
}

}  // namespace understudy::config
