#include "faults.hpp"

#include <algorithm>
#include <array>

#include "bastion.hpp"
#include "weather.hpp"

namespace understudy::simulation {

using core::Duration;
using core::Instant;
using G = FaultGroup;
using namespace std::chrono_literals;

namespace {

using W = Weather;
using F = Fault;

// Planes.

void lose_power(W& w, const F& f) { w.plane(f.where).has_power = false; }
void regain_power(W& w, const F& f)
{
    auto& plane = w.plane(f.where);
    plane.has_power = true;
    for (auto& deployment : plane.deployments)
        deployment.available_from = w.stage.now + w.random.between(10s, 60s);
}

void crash_writers(W& w, const F& f)
{
    for (const auto name : writers)
        w.plane(f.where)[name].is_crashing = true;
}
void heal_writers(W& w, const F& f)
{
    for (const auto name : writers)
        w.plane(f.where)[name].is_crashing = false;
}

/// People stop a plane by hand, and start it again.
void stop_by_hand(W& w, const F& f)
{
    const auto end = w.stage.world.scale(f.where, DeploymentName::tsb, 0, 5s, w.stage.now);
    w.stage.queue.push({end, 0, EventKind::world_settles, 0, 0, 0});
    w.stage.oracle.maintained(f.where, true);
}
void start_by_hand(W& w, const F& f)
{
    auto& deployment = w.plane(f.where)[DeploymentName::tsb];
    w.stage.oracle.maintained(f.where, false);
    // Somebody of ours may have taken it over meanwhile; then people leave it.
    if (deployment.object.mark || deployment.replicas > 0)
        return;
    deployment.raised_by_others = w.stage.now;
    w.stage.world.scale(f.where, DeploymentName::tsb, deployment.declared, 10s, w.stage.now);
}

void announce_maintenance(W& w, const F& f)
{
    w.plane(f.where).maintenance_until = f.ends;
    w.stage.oracle.maintained(f.where, true);
}
void break_what_is_maintained(W& w, const F& f) { w.plane(f.where).front.is_up = false; }
void end_maintenance(W& w, const F& f)
{
    w.plane(f.where).front.is_up = true;
    w.plane(f.where).maintenance_until = {};
    w.stage.oracle.maintained(f.where, false);
}

void roll(W& w, const F& f)
{
    auto& deployment = w.plane(f.where)[DeploymentName::tsb];
    deployment.is_rolling = true;
    deployment.is_crashing = true;
    w.stage.oracle.maintained(f.where, true);
}
void end_roll(W& w, const F& f)
{
    auto& deployment = w.plane(f.where)[DeploymentName::tsb];
    deployment.is_rolling = false;
    deployment.is_crashing = false;
    w.stage.oracle.maintained(f.where, false);
}

/// The database's own operator replaces a primary.
void heal_locally(W& w, const F& f)
{
    w.plane(f.where).database.is_up = false;
    w.plane(f.where).database.operation = "primary failover";
    w.stage.oracle.maintained(f.where, true);
}
void end_healing(W& w, const F& f)
{
    w.plane(f.where).database.is_up = true;
    w.plane(f.where).database.operation.clear();
    w.stage.oracle.maintained(f.where, false);
}

void sicken_standby(W& w, const F&)
{
    w.plane(1).database.ready = 1;
    w.stage.oracle.is_misfit(true);
}
void heal_standby(W& w, const F&)
{
    w.plane(1).database.ready = 2;
    w.stage.oracle.is_misfit(false);
}

/// Controllers write objects all the time.
void touch_objects(W& w, const F& f)
{
    auto& plane = w.plane(f.where);
    for (auto& deployment : plane.deployments)
        ++deployment.object.version;
    ++plane.management_plane.version;
    ++plane.record.object.version;
}

/// GitOps puts back what its sources say: also what held the old plane's connections, and then only
/// a peer that is told says where a control plane is.
void put_back(W& w, const F& f)
{
    w.stage.world.tells_peer = true;
    auto& plane = w.plane(f.where);
    for (std::size_t i = 0; i < deployment_count; ++i) {
        auto& deployment = plane.deployments[i];
        if (deployment.replicas == deployment.declared || !plane.kubernetes.is_up)
            continue;
        if (deployment.declared > 0)
            deployment.raised_by_others = w.stage.now;
        const auto end = w.stage.world.scale(
            f.where, static_cast<DeploymentName>(i), deployment.declared, 10s, w.stage.now);
        w.stage.queue.push({end, 0, EventKind::world_settles, 0, 0, 0});
        w.stage.oracle.maintained(f.where, false);  // Nobody stops it any more.
        w.stage.statistics.reach(Sometimes::put_back_seen);
        w.stage.trace.say(w.stage.now, "gitops", "puts " + deployment_names[i] + " back");
    }
}

// The network.

template <class Links>
void set_way(Links& links, Way way)
{
    for (auto& link : links)
        link.way = way;
}

void set_own_ways(W& w, Way way)
{
    auto& network = w.network();
    set_way(network.to_plane, way);
    set_way(network.to_kubernetes, way);
    set_way(network.to_database, way);
    set_way(network.to_cluster, way);
    set_way(network.to_canary, way);
    set_way(network.to_server, way);
}

void set_ways_to(W& w, std::size_t plane, Way way)
{
    auto& network = w.network();
    network.to_plane[plane].way = way;
    network.to_kubernetes[plane].way = way;
    network.to_database[plane].way = way;
}

template <class Change>
void change_own_links(W& w, Change change)
{
    auto& network = w.network();
    const auto each = [&change](auto& links) { std::ranges::for_each(links, change); };
    each(network.to_plane);
    each(network.to_kubernetes);
    each(network.to_database);
    each(network.to_cluster);
    each(network.to_canary);
    each(network.to_server);
}

/// Half of the clusters, or all, as the strength says.
void set_clusters(W& w, const F& f, Way way)
{
    for (std::size_t i = 0; i < cluster_count; ++i) {
        if (f.strength > 700 || i == f.strength % cluster_count)
            w.network().to_cluster[i].way = way;
    }
}

void set_ways_of_clusters(W& w, const F& f, Way way)
{
    for (std::size_t i = 0; i < cluster_count; ++i) {
        if (f.strength > 700 || i == f.strength % cluster_count)
            w.network().from_cluster[i][f.where].way = way;
    }
}

// Ourselves.

void copy_bastion(W& w, const F&)
{
    auto& copy = *w.bastions[1];
    if (copy.is_running())
        return;
    copy.belongings = w.bastion().belongings;
    copy.belongings.disk.crash(false);
    copy.start();
}
void end_copy(W& w, const F&)
{
    if (w.bastions[1]->is_running())
        w.bastions[1]->kill(24h * 365);
}

void flip_a_bit(W& w, const F& f)
{
    if (!w.bastion().belongings.disk.flip_a_bit(f.strength * 7919))
        return;
    w.stage.oracle.tampered(w.bastion(), true);
    w.bastion().kill(5s);
}

void take_snapshot(W& w, const F&)
{
    auto copy = std::make_shared<Belongings>(w.bastion().belongings);
    copy->disk.crash(false);
    w.snapshot = std::move(copy);
}
void restore_snapshot(W& w, const F&)
{
    auto& bastion = w.bastion();
    bastion.reboot(30s);
    bastion.belongings.disk.restore(w.snapshot->disk);
    bastion.belongings.memory = w.snapshot->memory;
    w.stage.oracle.forgets(bastion);
    w.stage.oracle.tampered(bastion, false);
}

/// Where nobody tells whom a control plane exchanges with, clocks are all there is to go by: then
/// they have to be right.
void set_clock_off(W& w, const F& f)
{
    w.stage.world.tells_peer = true;
    const auto by = std::chrono::milliseconds(20 * static_cast<std::int64_t>(f.strength));
    w.stage.world.clusters[f.strength % cluster_count].clock_offset = by - 10s;
}

/// Its calendar is late afterwards.
void pause_with_clock(W& w, const F& f)
{
    w.stage.world.tells_peer = true;
    w.bastion().stop(f.ends - f.begins, true);
}

void step_clock(W& w, const F& f)
{
    w.stage.world.tells_peer = true;
    const auto by = std::chrono::milliseconds(5'000 + 1000 * static_cast<std::int64_t>(f.strength));
    w.bastion().clock.step_wall(f.strength % 2 == 0 ? by : -by);
    w.bastion().note_disturbance();
}

void ask(W& w, const std::string& verb)
{
    if (!w.bastion().is_running() || w.bastion().is_stopped())
        return;
    core::run_event::Command command;
    command.verb = verb;
    command.by = "carol";
    command.reason = "she wants it";
    command.duration = w.random.between(2min, 15min);
    command.run = w.bastion().runs().ledger().generation();
    w.bastion().ask(std::move(command));
}

void hold_in_world(W& w, bool begins)
{
    const auto active = w.stage.world.names.plane();
    for (std::size_t i = 0; i < plane_count; ++i) {
        auto& record = w.stage.world.planes[i].record;
        record.hold = begins && i != active ? "held by dave" : "";
        record.exists = record.exists || begins;
        ++record.object.version;
        w.stage.oracle.hold_in_world(i, !record.hold.empty());
    }
}

// clang-format off
constexpr std::array kind_table{
    // A plane that does not serve.
    FaultKind{"site-lost", G::outage, 12min, 35min, lose_power, regain_power},
    FaultKind{"front-down", G::outage, 12min, 35min, [](W& w, const F& f) { w.plane(f.where).front.is_up = false; }, [](W& w, const F& f) { w.plane(f.where).front.is_up = true; }},
    FaultKind{"writers-crash", G::outage, 12min, 35min, crash_writers, heal_writers},
    FaultKind{"database-down", G::outage, 12min, 35min, [](W& w, const F& f) { w.plane(f.where).database.is_up = false; }, [](W& w, const F& f) { w.plane(f.where).database.is_up = true; }},
    FaultKind{"database-read-only", G::outage, 12min, 35min, [](W& w, const F& f) { w.plane(f.where).database.is_read_only = true; }, [](W& w, const F& f) { w.plane(f.where).database.is_read_only = false; }},

    // What a failover would be wrong for.
    FaultKind{"front-slow", G::noise, 1min, 20min, [](W& w, const F& f) { w.plane(f.where).front.slow = 300ms + f.strength * 2ms; }, [](W& w, const F& f) { w.plane(f.where).front.slow = {}; }},
    FaultKind{"front-errors", G::noise, 1min, 20min, [](W& w, const F& f) { w.plane(f.where).front.errors_per_mille = 10 + f.strength % 280; }, [](W& w, const F& f) { w.plane(f.where).front.errors_per_mille = 0; }},
    FaultKind{"credentials-refused", G::noise, 1min, 20min, [](W& w, const F& f) { w.plane(f.where).front.refuses_credentials = true; }, [](W& w, const F& f) { w.plane(f.where).front.refuses_credentials = false; }},
    FaultKind{"stopped-by-hand", G::noise, 3min, 20min, stop_by_hand, start_by_hand},
    FaultKind{"maintenance-announced", G::noise, 4min, 20min, announce_maintenance, end_maintenance, 90s, break_what_is_maintained},
    FaultKind{"rollout", G::noise, 1min, 4min, roll, end_roll},
    FaultKind{"database-heals-itself", G::noise, 1min, 4min, heal_locally, end_healing},
    FaultKind{"cut-off", G::noise, 10s, 15min, [](W& w, const F&) { set_own_ways(w, Way::blackhole); }, [](W& w, const F&) { set_own_ways(w, Way::open); }},
    FaultKind{"cut-off-from-plane", G::noise, 10s, 15min, [](W& w, const F& f) { set_ways_to(w, f.where, Way::blackhole); }, [](W& w, const F& f) { set_ways_to(w, f.where, Way::open); }},
    FaultKind{"reset-on-the-way", G::noise, 10s, 15min, [](W& w, const F& f) { set_ways_to(w, f.where, Way::refusing); }, [](W& w, const F& f) { set_ways_to(w, f.where, Way::open); }},
    FaultKind{"loss", G::noise, 1min, 20min, [](W& w, const F& f) { change_own_links(w, [&](Link& link) { link.loss_per_mille = 5 + f.strength / 4; }); }, [](W& w, const F&) { change_own_links(w, [](Link& link) { link.loss_per_mille = 0; }); }},
    FaultKind{"latency-spikes", G::noise, 1min, 20min, [](W& w, const F& f) { change_own_links(w, [&](Link& link) { link.spike = f.strength * 4ms; }); }, [](W& w, const F&) { change_own_links(w, [](Link& link) { link.spike = {}; }); }},
    FaultKind{"clusters-unreadable", G::noise, 1min, 20min, [](W& w, const F& f) { set_clusters(w, f, Way::blackhole); }, [](W& w, const F& f) { set_clusters(w, f, Way::open); }},
    FaultKind{"a-cluster-cut-off", G::noise, 1min, 20min, [](W& w, const F& f) { w.network().from_cluster[f.strength % cluster_count][f.where].way = Way::blackhole; }, [](W& w, const F& f) { w.network().from_cluster[f.strength % cluster_count][f.where].way = Way::open; }},
    FaultKind{"a-canary-gone", G::noise, 1min, 20min, [](W& w, const F& f) { w.stage.world.canary_answers[f.strength % canary_count] = false; }, [](W& w, const F& f) { w.stage.world.canary_answers[f.strength % canary_count] = true; }},
    FaultKind{"resolver-gone", G::noise, 10s, 10min, [](W& w, const F&) { w.network().own_resolver_answers = false; }, [](W& w, const F&) { w.network().own_resolver_answers = true; }},
    FaultKind{"certificates-expired", G::noise, 2min, 20min, [](W& w, const F&) { for (auto& plane : w.stage.world.planes) plane.front.is_certificate_expired = true; }, [](W& w, const F&) { for (auto& plane : w.stage.world.planes) plane.front.is_certificate_expired = false; }},

    // What runs rest on.
    FaultKind{"kubernetes-down", G::infrastructure, 10s, 15min, [](W& w, const F& f) { w.plane(f.where).kubernetes.is_up = false; }, [](W& w, const F& f) { w.plane(f.where).kubernetes.is_up = true; }},
    FaultKind{"kubernetes-throttles", G::infrastructure, 1min, 15min, [](W& w, const F& f) { w.plane(f.where).kubernetes.throttled_per_mille = 100 + f.strength / 2; }, [](W& w, const F& f) { w.plane(f.where).kubernetes.throttled_per_mille = 0; }},
    FaultKind{"kubernetes-fails-before", G::infrastructure, 1min, 15min, [](W& w, const F& f) { w.plane(f.where).kubernetes.fails_before_per_mille = 100 + f.strength / 2; }, [](W& w, const F& f) { w.plane(f.where).kubernetes.fails_before_per_mille = 0; }},
    FaultKind{"kubernetes-fails-after", G::infrastructure, 1min, 15min, [](W& w, const F& f) { w.plane(f.where).kubernetes.fails_after_per_mille = 100 + f.strength / 2; }, [](W& w, const F& f) { w.plane(f.where).kubernetes.fails_after_per_mille = 0; }},
    FaultKind{"kubernetes-slow", G::infrastructure, 1min, 15min, [](W& w, const F& f) { w.plane(f.where).kubernetes.slow = f.strength * 4ms; }, [](W& w, const F& f) { w.plane(f.where).kubernetes.slow = {}; }},
    FaultKind{"cut-off-from-kubernetes", G::infrastructure, 10s, 10min, [](W& w, const F& f) { w.network().to_kubernetes[f.where].way = f.strength % 2 == 0 ? Way::blackhole : Way::one_way; }, [](W& w, const F& f) { w.network().to_kubernetes[f.where].way = Way::open; }},
    FaultKind{"conflicts", G::infrastructure, 1min, 15min, touch_objects, [](W&, const F&) {}, 900ms, touch_objects},
    FaultKind{"kubelets-cut-off", G::infrastructure, 1min, 10min, [](W& w, const F& f) { w.plane(f.where).has_kubelets = false; }, [](W& w, const F& f) { w.stage.world.reconnect_kubelets(f.where, w.stage.now); }},
    FaultKind{"gitops-puts-back", G::infrastructure, 5min, 30min, [](W&, const F&) {}, [](W&, const F&) {}, 47s, put_back},
    FaultKind{"promotion-denied", G::infrastructure, 1min, 10min, [](W& w, const F&) { w.plane(1).accepts_promotion = false; }, [](W& w, const F&) { w.plane(1).accepts_promotion = true; }},
    FaultKind{"jobs-busy", G::infrastructure, 1min, 9min, [](W& w, const F& f) { w.plane(1).jobs.busy_until = f.ends; }, nullptr},
    FaultKind{"name-server-down", G::infrastructure, 1min, 15min, [](W& w, const F& f) { w.stage.world.names.is_up[f.strength % server_count] = false; }, [](W& w, const F& f) { w.stage.world.names.is_up[f.strength % server_count] = true; }},
    FaultKind{"secondary-lags", G::infrastructure, 5min, 30min, [](W& w, const F& f) { w.stage.world.names.secondary_lag = 1s + f.strength * 120ms; }, [](W& w, const F&) { w.stage.world.names.secondary_lag = 1s; }},
    FaultKind{"caches-overstay", G::infrastructure, 5min, 30min, [](W& w, const F& f) { for (auto& cluster : w.stage.world.clusters) { cluster.cached = cluster.peer; cluster.resolves_from = f.ends; } }, [](W& w, const F&) { for (auto& cluster : w.stage.world.clusters) cluster.resolves_from = {}; }},
    FaultKind{"a-clock-is-off", G::infrastructure, 5min, 30min, set_clock_off, [](W& w, const F& f) { w.stage.world.clusters[f.strength % cluster_count].clock_offset = {}; }},
    FaultKind{"clusters-cut-off", G::infrastructure, 1min, 10min, [](W& w, const F& f) { set_ways_of_clusters(w, f, Way::blackhole); }, [](W& w, const F& f) { set_ways_of_clusters(w, f, Way::open); }},
    FaultKind{"server-dawdles", G::infrastructure, 5min, 30min, [](W& w, const F& f) { w.stage.server_dawdles = f.strength * 4900us; }, [](W& w, const F&) { w.stage.server_dawdles = {}; }},

    // Ourselves.
    FaultKind{"killed", G::bastion, 1s, 5min, [](W& w, const F& f) { w.bastion().kill(f.ends - f.begins); }, nullptr},
    FaultKind{"killed-at-boundaries", G::bastion, 5min, 30min, [](W& w, const F& f) { w.stage.boundaries.kill_by_chance(10 + f.strength / 10); }, [](W& w, const F&) { w.stage.boundaries.kill_by_chance(0); }},
    FaultKind{"stands-still", G::bastion, 1s, 3min, [](W& w, const F& f) { w.bastion().stop(f.ends - f.begins, false); }, nullptr},
    FaultKind{"paused-with-clock", G::bastion, 1s, 3min, pause_with_clock, nullptr},
    FaultKind{"stops-before-sending", G::bastion, 5min, 30min, [](W& w, const F& f) { w.stage.stops_before_sending_per_mille = 50 + f.strength / 4; }, [](W& w, const F&) { w.stage.stops_before_sending_per_mille = 0; }},
    FaultKind{"wall-clock-stepped", G::bastion, 1s, 1s, step_clock, nullptr},
    FaultKind{"rebooted", G::bastion, 20s, 3min, [](W& w, const F& f) { w.bastion().reboot(f.ends - f.begins); }, nullptr},
    FaultKind{"disk-fails", G::bastion, 1min, 10min, [](W& w, const F&) { w.bastion().belongings.disk.fails = true; }, [](W& w, const F&) { w.bastion().belongings.disk.fails = false; w.bastion().kill(20s); }},
    FaultKind{"disk-full", G::bastion, 1min, 10min, [](W& w, const F&) { w.bastion().belongings.disk.is_full = true; }, [](W& w, const F&) { w.bastion().belongings.disk.is_full = false; }},
    FaultKind{"disk-slow", G::bastion, 5min, 30min, [](W& w, const F& f) { w.stage.disk_takes = 10ms + f.strength * 12ms; }, [](W& w, const F&) { w.stage.disk_takes = 2ms; }},
    FaultKind{"bit-flipped", G::bastion, 1s, 1s, flip_a_bit, nullptr},
    FaultKind{"copied", G::bastion, 10min, 30min, copy_bastion, end_copy},
    FaultKind{"restored-from-snapshot", G::bastion, 5min, 25min, take_snapshot, restore_snapshot},

    // The standby is not fit.
    FaultKind{"standby-lags", G::misfit, 5min, 40min, [](W& w, const F& f) { w.plane(1).database.lag = 64'000'000 + 1'000'000 * static_cast<std::int64_t>(f.strength); w.plane(1).database.position -= w.plane(1).database.lag; }, [](W& w, const F&) { w.plane(1).database.lag = 20'000; }},
    FaultKind{"replication-broken", G::misfit, 5min, 40min, [](W& w, const F&) { w.plane(1).database.streams = false; }, [](W& w, const F&) { w.plane(1).database.streams = true; }},
    FaultKind{"standby-sick", G::misfit, 5min, 40min, sicken_standby, heal_standby},
    FaultKind{"other-database", G::misfit, 50min, 50min, [](W& w, const F&) { w.plane(1).database.system = "7300000000000000002"; }, nullptr},
    FaultKind{"other-keys", G::misfit, 50min, 50min, [](W& w, const F&) { w.plane(1).key = "k9"; }, nullptr},
    FaultKind{"other-version", G::misfit, 50min, 50min, [](W& w, const F&) { w.plane(1).version = "v1.11.0"; }, nullptr},

    // People.
    FaultKind{"hold", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "hold"); }, nullptr},
    FaultKind{"release", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "release"); }, nullptr},
    FaultKind{"hold-in-the-world", G::people, 1min, 15min, [](W& w, const F&) { hold_in_world(w, true); }, [](W& w, const F&) { hold_in_world(w, false); }},
    FaultKind{"aborted", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "abort"); ask(w, "abort"); }, nullptr},
    FaultKind{"undone", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "undo"); }, nullptr},
    FaultKind{"rearmed", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "rearm"); }, nullptr},
    FaultKind{"resumed", G::people, 1s, 1s, [](W& w, const F&) { ask(w, "resume"); }, nullptr},
};
// clang-format on
static_assert(kind_table.size() <= 80, "Statistics counts them");

constexpr Duration first_fault_at = 3min;
constexpr Duration quiet_end = 15min;

class Draw {
public:
    Draw(std::uint64_t seed, const ProfileRow& profile) : random_(seed, "faults"), profile_(profile)
    {}

    std::vector<Fault> faults()
    {
        if (profile_.profile != Profile::healthy_noisy && profile_.profile != Profile::quiet)
            add_outage();
        for (std::size_t kind = 0; kind < kind_table.size(); ++kind) {
            if (random_.chance(share_of(kind_table[kind].group)))
                add(kind);
        }
        std::ranges::stable_sort(drawn_, {}, &Fault::begins);
        return std::move(drawn_);
    }

private:
    std::uint64_t share_of(FaultGroup group) const
    {
        switch (profile_.profile) {
        case Profile::healthy_noisy:
            return group == G::noise || group == G::bastion ? 350 : group == G::outage ? 0 : 100;
        case Profile::outage: return 0;
        case Profile::outage_with_faults:
            return group == G::infrastructure ? 250
                   : group == G::bastion      ? 150
                   : group == G::people       ? 100
                                              : 20;
        case Profile::adversarial: return group == G::misfit ? 60 : 350;
        case Profile::quiet: return group == G::noise ? 120 : 0;
        }
        return 0;
    }

    Fault at(std::size_t kind, Duration earliest)
    {
        const auto& row = kind_table[kind];
        Fault fault;
        fault.kind = kind;
        const auto last = faults_end(profile_);
        const auto length = std::min(random_.between(row.least, row.most), last - earliest);
        fault.begins = beginning + random_.between(earliest, last - length);
        fault.ends = fault.begins + length;
        fault.where = random_.chance(750) ? 0 : 1;
        fault.strength = random_.below(1000);
        return fault;
    }
    void add(std::size_t kind)
    {
        // What does not fit, does not fit from the beginning.
        const bool is_lasting =
            kind_table[kind].group == G::misfit && kind_table[kind].ends == nullptr;
        drawn_.push_back(at(kind, first_fault_at));
        if (is_lasting)
            drawn_.back().begins = beginning + 1s;
    }
    void add_outage()
    {
        constexpr std::size_t outages = 5;
        auto fault = at(random_.below(outages), 5min);
        fault.where = 0;
        drawn_.push_back(fault);
    }

    Random random_;
    const ProfileRow& profile_;
    std::vector<Fault> drawn_;
};

}  // namespace

std::span<const FaultKind> fault_kinds() noexcept { return kind_table; }

Duration faults_end(const ProfileRow& profile) { return profile.length - quiet_end; }

std::vector<Fault> draw_faults(std::uint64_t seed, const ProfileRow& profile)
{
    return Draw(seed, profile).faults();
}

}  // namespace understudy::simulation
