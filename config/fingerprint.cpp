#include "config/fingerprint.hpp"

#include "config/probe_options.hpp"

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::config {

namespace {

/// Constants: the FNV hash's own, for 64 bits (draft-eastlake-fnv).
class Hash {
public:
    /// Adds each value in turn. Texts and lists go in with their length, so that moving a character
    /// from one to the next changes the sum.
    template <class... Values>
    void operator()(const Values&... values)
    {
        (add(values), ...);
    }

    std::string text() const { return fmt::format("{:016x}", sum_); }

private:
    void byte(std::uint8_t value) { sum_ = (sum_ ^ value) * 0x100000001b3ULL; }

    template <class Number>
    requires std::integral<Number>
    void add(Number number)
    {
        auto bits = static_cast<std::uint64_t>(number);
        for (int i = 0; i < 8; ++i, bits >>= 8)
            byte(static_cast<std::uint8_t>(bits & 0xff));
    }

    template <class Enumerator>
    requires std::is_enum_v<Enumerator>
    void add(Enumerator value) { add(static_cast<std::uint64_t>(value)); }

    void add(std::string_view text)
    {
        add(text.size());
        for (const char c : text)
            byte(static_cast<std::uint8_t>(c));
    }
    void add(const std::string& text) { add(std::string_view(text)); }
    void add(const std::filesystem::path& path) { add(std::string_view(path.native())); }
    void add(core::Duration duration) { add(duration.count()); }

    template <class T>
    void add(const std::vector<T>& values)
    {
        add(values.size());
        for (const auto& value : values)
            add(value);
    }
    void add(const std::pair<std::string, std::string>& header)
    {
        (*this)(header.first, header.second);
    }

    // Structured bindings name every member: a new one does not compile until it is hashed too.
    void add(const net::TlsOptions& options)
    {
        const auto& [ca, certificate, key, ca_pem, certificate_pem, key_pem, name] = options;
        (*this)(ca, certificate, key, ca_pem, certificate_pem, key_pem, name);
    }
    void add(const probes::HttpCredentials& credentials)
    {
        const auto& [kind, user, file] = credentials;
        (*this)(kind, user, file);
    }
    void add(const probes::JsonAssertion& assertion)
    {
        const auto& [pointer, equals] = assertion;
        (*this)(pointer, equals);
    }

    std::uint64_t sum_ = 0xcbf29ce484222325ULL;
};

void hash(Hash& add, const probes::HttpProbe::Options& options)
{
    const auto& [method, host, port, tls, tls_options, host_header, path, headers, credentials, expected, json, body_max, timeout, lists_clusters] =
        options;
    add(method, host, port, tls, tls_options, host_header, path, headers, credentials, expected,
        json, body_max, timeout, lists_clusters);
}

void hash(Hash& add, const probes::TcpProbe::Options& options)
{
    const auto& [host, port, timeout] = options;
    add(host, port, timeout);
}

void hash(Hash& add, const probes::TlsProbe::Options& options)
{
    const auto& [host, port, tls_options, names, issuer, timeout] = options;
    add(host, port, tls_options, names, issuer, timeout);
}

void hash(Hash& add, const probes::PostgresProbe::Options& options)
{
    const auto& [instance, host, port, user, database, password_file, sslmode, ca_file, expect, query, timeout, tells_content] =
        options;
    add(instance, host, port, user, database, password_file, sslmode, ca_file, expect, query,
        timeout, tells_content);
}

void hash(Hash& add, const probes::DnsProbe::Options& options)
{
    const auto& [name, type, servers, expected, timeout] = options;
    add(name, type, servers, expected, timeout);
}

void hash(Hash& add, const probes::ExecProbe::Options& options)
{
    const auto& [argv, timeout] = options;
    add(argv, timeout);
}

void hash(Hash& add, const probes::ExchangeProbe::Options& options)
{
    const auto& [name_space, selector, port, path, metric, peer_label, timeout] = options;
    add(name_space, selector, port, path, metric, peer_label, timeout);
}

void hash(Hash& add, const probes::DeploymentsCheck& check) { add(check.names); }
void hash(Hash& add, const probes::KubegresCheck& check) { add(check.name); }
void hash(Hash& add, const probes::ManagementPlaneCheck& check) { add(check.name); }
void hash(Hash& add, const probes::CronJobsCheck& check) { add(check.names); }
void hash(Hash& add, const probes::KeyIdsCheck& check) { add(check.secrets); }

void hash(Hash& add, const probes::PodsCheck& check)
{
    const auto& [label, selector, ready_min] = check;
    add(label, selector, ready_min);
}

void hash(Hash& add, const probes::DatabasePodsCheck& check)
{
    const auto& [primary_expected, name] = check;
    add(primary_expected, name);
}

void hash(Hash& add, const probes::FieldCheck& check)
{
    const auto& [path, pointer, equals] = check;
    add(path, pointer, equals);
}

void hash(Hash& add, const probes::KubernetesProbe::Options& options)
{
    const auto& [name_space, check, timeout] = options;
    add(name_space, check.index(), timeout);
    std::visit([&](const auto& kind) { hash(add, kind); }, check);
}

}  // namespace

std::string fingerprint_of(
    const ProbeOptions& options, const std::map<std::string, net::KubernetesOptions>& clusters)
{
    Hash add;
    add(kind_of(options));
    const auto add_cluster = [&](const auto& on_cluster) {
        add(on_cluster.cluster);
        if (const auto found = clusters.find(on_cluster.cluster); found != clusters.end())
            add(found->second.kubeconfig, found->second.context);
        hash(add, on_cluster.probe);
    };
    std::visit(
        [&](const auto& kind) {
            if constexpr (requires { kind.cluster; })
                add_cluster(kind);
            else
                hash(add, kind);
        },
        options);
    return add.text();
}

}  // namespace understudy::config
