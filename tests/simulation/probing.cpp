#include "probing.hpp"

#include <algorithm>
#include <string>

#include "random.hpp"

namespace understudy::simulation {

using core::Duration;
using core::Instant;
using core::Outcome;
using core::Reason;
using namespace std::chrono_literals;

namespace {

constexpr Duration service_time = 4ms;

struct Run {
    const core::ProbeSettings& probe;
    const World& world;
    Instant now;
    Random& random;

    /// Whether an answer came at all; else `outcome` says why not.
    bool reaches(const Link& link, Outcome& outcome) const
    {
        if (!world.network.own_resolver_answers) {
            outcome = Outcome(Reason::resolver, "our resolver does not answer");
            outcome.took = 1s;
            return false;
        }
        const auto passage = pass(link, random);
        outcome.took = passage.there + service_time + passage.back;
        if (passage.is_reset)
            outcome.reason = Reason::connect_reset;
        else if (!passage.is_answered || outcome.took >= probe.timeout)
            return silent(outcome, passage.arrives ? Reason::timeout : Reason::connect_timeout);
        else
            outcome.reason = Reason::none;
        return outcome.reason == Reason::none;
    }
    bool silent(Outcome& outcome, Reason reason) const
    {
        outcome.reason = reason;
        outcome.took = probe.timeout;
        return false;
    }
};

std::int64_t unix_seconds(core::WallTime wall)
{
    return std::chrono::floor<std::chrono::seconds>(wall.time_since_epoch()).count();
}

// A plane's front and its agents' port.

Reason what_the_front_says(
    const Plane& plane, const World& world, std::size_t index, Instant now, Random& random)
{
    const auto& front = plane.front;
    if (front.is_certificate_expired)
        return Reason::tls_expired;
    if (front.refuses_credentials || !plane[DeploymentName::iam].runs(now))
        return Reason::credentials;
    if (front.lies)
        return Reason::json;
    if (!plane[DeploymentName::tsb].runs(now) || random.chance(front.errors_per_mille))
        return Reason::status;
    // A standby's database answers readers, and its API with it.
    const bool reads = plane.database.is_up && (plane.database.is_primary || plane.stands_by);
    const bool is_ok = plane.stands_by ? reads : world.answers(index, now);
    return is_ok ? Reason::none : Reason::status;
}

Outcome probe_api(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!run.reaches(run.world.network.to_plane[index], outcome))
        return outcome;
    outcome.took += plane.front.slow;
    if (!plane.has_power || plane.front.hangs || outcome.took >= run.probe.timeout) {
        run.silent(outcome, Reason::timeout);
        return outcome;
    }
    if (!plane.front.is_up || !plane[DeploymentName::envoy].runs(run.now)) {
        outcome.reason = Reason::connect_refused;
        return outcome;
    }
    outcome.reason = what_the_front_says(plane, run.world, index, run.now, run.random);
    if (outcome.reason == Reason::none)
        outcome.facts["clusters/names"] = std::string("c1 c2 c3");
    return outcome;
}

Outcome probe_agents(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!run.reaches(run.world.network.to_plane[index], outcome))
        return outcome;
    if (!plane.has_power)
        run.silent(outcome, Reason::host_unreachable);
    else if (
        !plane.front.is_up || !plane[DeploymentName::envoy].runs(run.now) ||
        !plane[DeploymentName::central].runs(run.now))
        outcome.reason = Reason::connect_refused;
    return outcome;
}

Outcome probe_certificate(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!run.reaches(run.world.network.to_plane[index], outcome))
        return outcome;
    if (!plane.has_power || !plane.front.is_up) {
        run.silent(outcome, Reason::timeout);
        return outcome;
    }
    const bool has_expired = plane.front.is_certificate_expired;
    const auto end = run.world.wall_at(run.now) + (has_expired ? -1h : 24h * 90);
    outcome.reason = has_expired ? Reason::tls_expired : Reason::none;
    outcome.facts["certificate/not_after"] =
        unix_seconds(std::chrono::floor<std::chrono::milliseconds>(end));
    outcome.facts["certificate/names"] = plane_hosts[index] + " " + floating_name;
    return outcome;
}

// A plane's Kubernetes.

/// Whether the API server answered; a witness that does not has said nothing.
bool asks_kubernetes(const Run& run, std::size_t index, Outcome& outcome)
{
    const auto& plane = run.world.planes[index];
    if (!run.reaches(run.world.network.to_kubernetes[index], outcome))
        return false;
    outcome.took += plane.kubernetes.slow;
    if (!plane.has_power || !plane.kubernetes.is_up || outcome.took >= run.probe.timeout)
        return run.silent(outcome, Reason::timeout);
    if (run.random.chance(plane.kubernetes.throttled_per_mille))
        outcome.reason = Reason::rate_limited;
    else if (run.random.chance(plane.kubernetes.fails_before_per_mille))
        outcome.reason = Reason::unreachable_witness;
    return outcome.reason == Reason::none;
}

Outcome probe_deployments(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    for (const auto name : {DeploymentName::envoy, DeploymentName::iam, DeploymentName::tsb}) {
        const auto& deployment = plane[name];
        const auto base = "deployment/" + deployment_names[static_cast<std::size_t>(name)];
        const bool is_available = deployment.is_available(run.now) || deployment.replicas == 0;
        outcome.facts[base + "/replicas"] = deployment.replicas;
        outcome.facts[base + "/available"] = is_available;
        outcome.facts[base + "/rolling"] = deployment.is_rolling;
        if (!is_available)
            outcome.reason = Reason::not_available;
    }
    return outcome;
}

Outcome probe_management_plane(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    outcome.facts["managementplane/reconciled"] = plane.is_reconciled;
    outcome.facts["managementplane/version"] = plane.version;
    outcome.facts["managementplane/maintenance_until"] =
        plane.maintenance_until > run.now ? unix_seconds(run.world.wall_at(plane.maintenance_until))
                                          : std::int64_t{0};
    return outcome;
}

Outcome probe_keys(const Run& run, std::size_t index)
{
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    outcome.facts["secret/iam-signing-key/kid"] = run.world.planes[index].key;
    outcome.facts["secret/tsb-iam-jwks/kid"] = std::string("k2");
    return outcome;
}

Outcome probe_kubegres(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    outcome.facts["kubegres/standby"] = plane.stands_by;
    outcome.facts["kubegres/replicas"] = std::int64_t{2};
    outcome.facts["kubegres/enforced_replicas"] = std::int64_t{2};
    outcome.facts["kubegres/failover_disabled"] = false;
    outcome.facts["kubegres/blocking_operation"] = plane.database.operation;
    return outcome;
}

/// The pods of the database, as their cluster tells of them: a statement where the database itself
/// is only silent.
Outcome probe_primary(const Run& run, std::size_t index)
{
    const auto& database = run.world.planes[index].database;
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    const bool has_primary = database.is_primary && database.is_up;
    const std::int64_t ready = database.is_up ? database.ready : 0;
    outcome.facts["kubegres/ready_replicas"] = ready;
    outcome.facts["kubegres/ready_primaries"] = std::int64_t{has_primary ? 1 : 0};
    if (!has_primary)
        outcome.reason = Reason::no_primary;
    return outcome;
}

Outcome probe_cron_jobs(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    Outcome outcome;
    if (!asks_kubernetes(run, index, outcome))
        return outcome;
    outcome.facts["cronjob/tsb-restore/last_success"] =
        unix_seconds(run.world.wall_at(plane.jobs.last_success));
    outcome.facts["cronjob/tsb-restore/suspended"] = plane.jobs.is_suspended;
    return outcome;
}

// A plane's database.

bool streams_now(const World& world, std::size_t index)
{
    const auto& plane = world.planes[index];
    const auto& source = world.planes[other_plane(index)];
    return plane.database.streams && source.has_power && source.database.is_up &&
           source.database.is_primary && world.network.replication.way == Way::open &&
           source.database.timeline == plane.database.timeline;
}

bool is_in_recovery(const World& world, std::size_t index)
{
    const auto& plane = world.planes[index];
    const bool stands_by_outside =
        world.variant() == core::Variant::external_postgres && plane.stands_by;
    return !plane.database.is_primary || stands_by_outside;
}

Outcome probe_postgres(const Run& run, std::size_t index)
{
    const auto& plane = run.world.planes[index];
    const auto& database = plane.database;
    Outcome outcome;
    if (!run.reaches(run.world.network.to_database[index], outcome))
        return outcome;
    if (!plane.has_power) {
        run.silent(outcome, Reason::timeout);
        return outcome;
    }
    if (!database.is_up) {
        outcome.reason = Reason::connect_refused;
        return outcome;
    }
    const bool in_recovery = is_in_recovery(run.world, index);
    const std::string base = "postgres/pg1";
    outcome.facts[base + "/in_recovery"] = in_recovery;
    outcome.facts[base + "/position"] = database.position;
    outcome.facts[base + "/system"] = database.system;
    if (in_recovery)
        outcome.facts[base + "/streaming"] =
            run.world.variant() == core::Variant::external_postgres ||
            streams_now(run.world, index);
    else
        outcome.facts[base + "/writable"] = !database.is_read_only;
    if (!plane.stands_by && in_recovery)
        outcome.reason = Reason::in_recovery;
    else if (!plane.stands_by && database.is_read_only)
        outcome.reason = Reason::read_only;
    return outcome;
}

// Clusters, canaries, names.

Outcome probe_exchange(const Run& run, std::size_t index)
{
    const auto& cluster = run.world.clusters[index];
    Outcome outcome;
    if (!run.reaches(run.world.network.to_cluster[index], outcome)) {
        outcome.reason = Reason::unreachable_witness;
        return outcome;
    }
    outcome.facts["exchange/age_ms"] = std::int64_t{(run.now - cluster.exchanged) / 1ms};
    if (run.world.tells_peer)
        outcome.facts["exchange/peer"] = plane_hosts[cluster.last_peer()];
    return outcome;
}

Outcome probe_canary(const Run& run, std::size_t index)
{
    Outcome outcome;
    if (run.reaches(run.world.network.to_canary[index], outcome) &&
        !run.world.canary_answers[index])
        run.silent(outcome, Reason::connect_timeout);
    return outcome;
}

Outcome probe_name(const Run& run)
{
    Outcome outcome;
    for (std::size_t server = 0; server < server_count; ++server) {
        const bool is_up = run.world.names.is_up[server];
        if (!run.reaches(run.world.network.to_server[server], outcome) || !is_up)
            continue;
        outcome.facts["dns/answer"] = plane_hosts[run.world.names.answer_of(server)] + ".";
        return outcome;
    }
    run.silent(outcome, Reason::timeout);
    return outcome;
}

struct PlaneProbe {
    std::string_view name;
    Outcome (*run)(const Run&, std::size_t);
};
constexpr std::array plane_probes{
    PlaneProbe{"api", probe_api},
    PlaneProbe{"agents", probe_agents},
    PlaneProbe{"deployments", probe_deployments},
    PlaneProbe{"postgres", probe_postgres},
    PlaneProbe{"managementplane", probe_management_plane},
    PlaneProbe{"kubegres", probe_kubegres},
    PlaneProbe{"primary", probe_primary},
    PlaneProbe{"keys", probe_keys},
    PlaneProbe{"certificate", probe_certificate},
    PlaneProbe{"cronjobs", probe_cron_jobs}};

}  // namespace

Outcome run_probe(const core::ProbeSettings& probe, const World& world, Instant now, Random& random)
{
    const Run run{probe, world, now, random};
    if (probe.target == "floating")
        return probe_name(run);
    if (const auto cluster = index_in(cluster_names, probe.target))
        return probe_exchange(run, *cluster);
    if (const auto canary = index_in(canary_names, probe.target))
        return probe_canary(run, *canary);
    const auto plane = index_in(plane_names, probe.target);
    const auto name = std::string_view(probe.id).substr(probe.target.size() + 1);
    const auto* const found = std::ranges::find(plane_probes, name, &PlaneProbe::name);
    return plane && found != plane_probes.end() ? found->run(run, *plane)
                                                : Outcome(Reason::internal, "no such probe");
}

}  // namespace understudy::simulation
