#include "healthy_pair.hpp"

#include <algorithm>

namespace understudy::core::testing {

namespace {

ProbeSettings probe(const std::string& target, const std::string& name, Purpose purpose)
{
    ProbeSettings settings;
    settings.id = target + "/" + name;
    settings.target = target;
    settings.purpose = purpose;
    settings.interval = 1s;
    settings.burst_interval = 250ms;
    settings.timeout = 1s;
    return settings;
}

void add_plane_probes(std::vector<ProbeSettings>& probes, const std::string& plane)
{
    probes.push_back(probe(plane, "api", Purpose::api));
    probes.push_back(probe(plane, "promql", Purpose::information));
    probes.push_back(probe(plane, "agents", Purpose::agents));
    probes.push_back(probe(plane, "deployments", Purpose::kubernetes));
    probes.push_back(probe(plane, "managementplane", Purpose::information));
    probes.push_back(probe(plane, "kubegres", Purpose::information));
    probes.push_back(probe(plane, "keys", Purpose::information));
    probes.push_back(probe(plane, "certificate", Purpose::information));
    probes.push_back(probe(plane, "postgres", Purpose::database));
}

std::int64_t in_days(Now now, int days)
{
    const auto wall = now.wall + std::chrono::days(days);
    return std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count();
}

/// The primary writes a megabyte a second; both sides are read at the same position.
std::int64_t written(Now now) { return now.wall.time_since_epoch().count() * 1000; }

Facts plane_facts(Now now)
{
    Facts facts;
    for (const std::string name : {"envoy", "iam", "tsb"}) {
        facts["deployment/" + name + "/replicas"] = std::int64_t{1};
        facts["deployment/" + name + "/available"] = true;
        facts["deployment/" + name + "/rolling"] = false;
    }
    facts["managementplane/reconciled"] = true;
    facts["managementplane/version"] = std::string("v1.12.8");
    facts["managementplane/maintenance_until"] = std::int64_t{0};
    facts["kubegres/failover_disabled"] = false;
    facts["kubegres/blocking_operation"] = std::string();
    facts["kubegres/enforced_replicas"] = std::int64_t{2};
    facts["kubegres/replicas"] = std::int64_t{2};
    facts["kubegres/ready_replicas"] = std::int64_t{2};
    facts["secret/iam-signing-key/kid"] = std::string("k1");
    facts["secret/tsb-iam-jwks/kid"] = std::string("k2");
    facts["certificate/not_after"] = in_days(now, 90);
    return facts;
}

}  // namespace

WatchSettings fast_settings()
{
    WatchSettings settings;
    settings.observer = "bastion";
    settings.floating_name = "active.tsb.test";
    settings.planes = {{"east", "east.tsb.test", true}, {"west", "west.tsb.test", false}};
    settings.control_planes = {"c1", "c2", "c3"};
    settings.canaries = {{"canary-a", "site-a"}, {"canary-b", "site-b"}};
    settings.detector.confirm = 3s;
    settings.detector.warm_up = 5s;
    settings.detector.sync_stale = 3s;
    for (const auto& plane : settings.planes)
        add_plane_probes(settings.probes, plane.name);
    for (const auto& control_plane : settings.control_planes)
        settings.probes.push_back(probe(control_plane, "exchange", Purpose::clients));
    for (const auto& canary : settings.canaries)
        settings.probes.push_back(probe(canary.name, "tls", Purpose::canary));
    settings.probes.push_back(probe("floating", "dns", Purpose::information));
    return settings;
}

Facts standby_facts(Now now)
{
    auto facts = plane_facts(now);
    facts["kubegres/standby"] = true;
    facts["certificate/names"] = std::string("west.tsb.test active.tsb.test");
    for (const std::string instance : {"postgres/pg1", "postgres/pg2"}) {
        facts[instance + "/in_recovery"] = true;
        facts[instance + "/streaming"] = true;
        facts[instance + "/position"] = written(now);
        facts[instance + "/system"] = std::string("7300000000000000001");
    }
    return facts;
}

Facts active_facts(Now now)
{
    auto facts = plane_facts(now);
    facts["kubegres/standby"] = false;
    facts["certificate/names"] = std::string("east.tsb.test active.tsb.test");
    facts["postgres/pg1/in_recovery"] = false;
    facts["postgres/pg1/writable"] = true;
    facts["postgres/pg1/position"] = written(now);
    facts["postgres/pg1/system"] = std::string("7300000000000000001");
    return facts;
}

Facts part(const Facts& facts, const std::vector<std::string>& prefixes)
{
    Facts result;
    for (const auto& [name, value] : facts) {
        const auto& fact = name;
        if (std::ranges::any_of(prefixes, [&fact](const auto& p) { return fact.starts_with(p); }))
            result.emplace(name, value);
    }
    return result;
}

}  // namespace understudy::core::testing
