#include "pair_settings.hpp"

#include <array>
#include <string>

#include "places.hpp"

namespace understudy::simulation {

using core::Purpose;
using namespace std::chrono_literals;

namespace {

constexpr core::Duration slow_facts_every = 30s;

core::ProbeSettings probe(
    const Choices& choices, const std::string& target, const std::string& name, Purpose purpose)
{
    core::ProbeSettings settings;
    settings.id = target + "/" + name;
    settings.target = target;
    settings.purpose = purpose;
    settings.interval = purpose == Purpose::information ? slow_facts_every : choices.interval;
    return settings;
}

std::vector<core::PlaneSettings> planes()
{
    std::vector<core::PlaneSettings> result;
    for (std::size_t i = 0; i < plane_count; ++i)
        result.push_back({plane_names[i], plane_hosts[i], i == 0});
    return result;
}

void add_plane_probes(
    const Choices& choices, const std::string& plane, std::vector<core::ProbeSettings>& probes)
{
    probes.push_back(probe(choices, plane, "api", Purpose::api));
    probes.push_back(probe(choices, plane, "agents", Purpose::agents));
    probes.push_back(probe(choices, plane, "deployments", Purpose::kubernetes));
    probes.push_back(probe(choices, plane, "postgres", Purpose::database));
    for (const auto* name : {"managementplane", "keys", "certificate"})
        probes.push_back(probe(choices, plane, name, Purpose::information));
    if (choices.variant == core::Variant::embedded_sync) {
        probes.push_back(probe(choices, plane, "primary", Purpose::database));
        probes.push_back(probe(choices, plane, "kubegres", Purpose::information));
    }
    if (choices.variant == core::Variant::restore)
        probes.push_back(probe(choices, plane, "cronjobs", Purpose::information));
}

}  // namespace

Choices draw_choices(std::uint64_t seed)
{
    using core::Mode;
    using core::Variant;
    using core::WhenUnfenceable;
    constexpr std::array variants{Variant::embedded_sync,   Variant::embedded_sync,
                                  Variant::embedded_sync,   Variant::restore,
                                  Variant::shared_postgres, Variant::external_postgres};
    constexpr std::array modes{Mode::automatic, Mode::automatic, Mode::automatic, Mode::automatic,
                               Mode::automatic, Mode::automatic, Mode::approve,   Mode::observe};
    constexpr std::array policies{
        WhenUnfenceable::wait_for_human, WhenUnfenceable::wait_for_human, WhenUnfenceable::refuse,
        WhenUnfenceable::proceed_if_dark, WhenUnfenceable::proceed};
    constexpr std::array<core::Duration, 3> intervals{5s, 10s, 15s};

    Random random(seed, "choices");
    Choices choices;
    choices.variant = variants[random.below(variants.size())];
    choices.mode = modes[random.below(modes.size())];
    choices.interval = intervals[random.below(intervals.size())];
    choices.confirm = random.chance(800) ? 60s : 120s;
    choices.when_unfenceable = policies[random.below(policies.size())];
    choices.has_waiver = random.chance(800);
    choices.restarts_edge = random.chance(850);
    return choices;
}

core::WatchSettings watch_settings(const Choices& choices)
{
    core::WatchSettings settings;
    settings.observer = "bastion";
    settings.mode = choices.mode;
    settings.variant = choices.variant;
    settings.floating_name = floating_name;
    settings.planes = planes();
    settings.control_planes = {cluster_names.begin(), cluster_names.end()};
    settings.canaries = {{canary_names[0], "site-a"}, {canary_names[1], "site-b"}};
    settings.detector.confirm = choices.confirm;
    settings.detector.warm_up = 3 * choices.interval;
    for (const auto& plane : plane_names)
        add_plane_probes(choices, plane, settings.probes);
    for (const auto& cluster : cluster_names)
        settings.probes.push_back(probe(choices, cluster, "exchange", Purpose::clients));
    for (const auto& canary : canary_names)
        settings.probes.push_back(probe(choices, canary, "tls", Purpose::canary));
    settings.probes.push_back(probe(choices, "floating", "dns", Purpose::information));
    settings.probes.back().interval = choices.interval;
    return settings;
}

core::ActingSettings acting_settings(const Choices& choices)
{
    core::ActingSettings settings;
    settings.mode = choices.mode;
    settings.variant = choices.variant;
    settings.instance = "bastion-1";
    settings.floating_name = floating_name;
    settings.planes = planes();
    settings.control_planes = {cluster_names.begin(), cluster_names.end()};
    settings.promote_patch = R"({"spec":{"standby":null}})";
    settings.when_unfenceable = choices.when_unfenceable;
    if (choices.has_waiver)
        settings.waiver = {"alice", "the database replicates synchronously", "2026-01-02"};
    settings.restart_edge = choices.restarts_edge;
    return settings;
}

}  // namespace understudy::simulation
