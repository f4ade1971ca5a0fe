#include "config/ready_made.hpp"

#include "config/probe_options.hpp"

#include <fmt/format.h>

namespace understudy::config {

namespace {

using core::Purpose;

/// The parts of one plane's set.
class Tsb {
public:
    Tsb(const PlaneDescription& plane, const Pace& pace) : plane_(plane), pace_(pace) {}

    /// The two documented health requests: through front envoy and iam to tsb, and to oap. The
    /// second says nothing about configuration, so it is information only.
    void add_requests()
    {
        auto status = request("/v2/organizations/" + plane_.organization + "/status");
        status.json = {{"", ""}};  // the whole document: a page of HTML is not the API
        add("api", Purpose::api, std::move(status));
        auto labels = request("/promql/api/v1/labels");
        labels.json = {{"/status", "\"success\""}};
        add("promql", Purpose::information, std::move(labels), unhurried(pace_));
        // What the plane knows is remembered: the plane that takes over is held against it.
        auto clusters = request("/v2/organizations/" + plane_.organization + "/clusters");
        clusters.json = {{"", ""}};
        clusters.lists_clusters = true;
        add("clusters", Purpose::information, std::move(clusters), unhurried(pace_));
    }

    void add_handshakes()
    {
        auto agents = handshake(plane_.agents_port, plane_.host);
        add("agents", Purpose::agents, std::move(agents));
        // As a control plane comes after the switch: at this plane's address, under the floating
        // name.
        auto certificate = handshake(plane_.port, plane_.floating_name);
        certificate.expected_names = {plane_.host, plane_.floating_name};
        add("certificate", Purpose::information, std::move(certificate), unhurried(pace_));
    }

    void add_cluster()
    {
        check(
            "deployments", Purpose::kubernetes, probes::DeploymentsCheck{{"envoy", "iam", "tsb"}});
        check(
            "components", Purpose::information,
            probes::DeploymentsCheck{{"mpc", "central", "oap", "web", "otel-collector"}},
            unhurried(pace_));
        add_database();
        check("managementplane", Purpose::information, probes::ManagementPlaneCheck{}, pace_);
        check(
            "keys", Purpose::information, probes::KeyIdsCheck{plane_.key_secrets},
            unhurried(pace_));
        check(
            "cronjobs", Purpose::information,
            probes::CronJobsCheck{{"tsb-restore", "backup-tsb-postgres"}}, unhurried(pace_));
    }

    std::vector<ProbeDefinition> take() { return std::move(probes_); }

private:
    /// Kubegres labels the pod that serves as primary; only a plane with a synchronised standby of
    /// its own makes that label evidence.
    void add_database()
    {
        if (plane_.variant == core::Variant::embedded_sync)
            check("primary", Purpose::database, probes::DatabasePodsCheck{});
        else
            check("replicas", Purpose::information, probes::DatabasePodsCheck{false});
        check("kubegres", Purpose::information, probes::KubegresCheck{}, pace_);
    }

    probes::HttpProbe::Options request(std::string path) const
    {
        probes::HttpProbe::Options options;
        options.host = plane_.host;
        options.port = plane_.port;
        options.tls_options = plane_.tls;
        options.credentials = plane_.credentials;
        options.path = std::move(path);
        return options;
    }

    probes::TlsProbe::Options handshake(std::uint16_t port, const std::string& server_name) const
    {
        probes::TlsProbe::Options options;
        options.host = plane_.host;
        options.port = port;
        options.tls_options = plane_.tls;
        options.tls_options.server_name = server_name;
        return options;
    }

    void add(const std::string& name, Purpose purpose, ProbeOptions options, const Pace& pace)
    {
        probes_.push_back(define(plane_.name, name, purpose, pace, std::move(options)));
    }
    void add(const std::string& name, Purpose purpose, ProbeOptions options)
    {
        add(name, purpose, std::move(options), pace_);
    }

    void check(
        const std::string& name, Purpose purpose, probes::KubernetesCheck check, const Pace& pace)
    {
        OnCluster<probes::KubernetesProbe::Options> options;
        options.cluster = plane_.name;
        options.probe.name_space = plane_.name_space;
        options.probe.check = std::move(check);
        add(name, purpose, std::move(options), pace);
    }
    void check(const std::string& name, Purpose purpose, probes::KubernetesCheck kind)
    {
        check(name, purpose, std::move(kind), pace_);
    }

    const PlaneDescription& plane_;
    const Pace& pace_;
    std::vector<ProbeDefinition> probes_;
};

}  // namespace

ProbeDefinition define(
    const std::string& target,
    const std::string& name,
    core::Purpose purpose,
    const Pace& pace,
    ProbeOptions options)
{
    ProbeDefinition probe;
    probe.settings.id = fmt::format("{}/{}", target, name);
    probe.settings.target = target;
    probe.settings.purpose = purpose;
    apply(pace, probe.settings);
    probe.options = std::move(options);
    return probe;
}

Pace unhurried(Pace pace)
{
    pace.interval *= 6;
    return pace;
}

std::vector<ProbeDefinition> tsb_probes(const PlaneDescription& plane, const Pace& pace)
{
    Tsb set(plane, pace);
    set.add_requests();
    set.add_handshakes();
    if (plane.has_cluster)
        set.add_cluster();
    return set.take();
}

ProbeDefinition postgres_probe(
    const std::string& plane, probes::PostgresProbe::Options options, const Pace& pace)
{
    const auto name = "postgres-" + options.instance;
    return define(plane, name, core::Purpose::database, pace, std::move(options));
}

}  // namespace understudy::config
