#include "config/acting.hpp"

#include "config/fence.hpp"
#include "config/hooks.hpp"
#include "config/run_sections.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::config {

namespace {

using core::Mode;
using core::Variant;

const probes::HttpProbe::Options* as_request(const ProbeDefinition& probe)
{
    return std::get_if<probes::HttpProbe::Options>(&probe.options);
}

/// What the plane's probes know of how to reach it.
void take_from_probes(const std::vector<ProbeDefinition>& probes, PlaneAccess& access)
{
    for (const auto& probe : probes) {
        if (probe.settings.target != access.name)
            continue;
        const auto* postgres = std::get_if<probes::PostgresProbe::Options>(&probe.options);
        if (postgres != nullptr && probe.settings.purpose == core::Purpose::database)
            access.postgres.push_back(*postgres);
        if (const auto* request = as_request(probe);
            request != nullptr && probe.settings.id == access.name + "/api")
            access.request = *request;
    }
}

void take_from_watch(const core::WatchSettings& watch, core::ActingSettings& settings)
{
    settings.mode = watch.mode;
    settings.variant = watch.variant;
    settings.instance = watch.observer;
    settings.floating_name = watch.floating_name;
    settings.planes = watch.planes;
    settings.control_planes = watch.control_planes;
}

void take_name_update(Section& root, ActingDefinition& acting)
{
    auto& settings = acting.settings;
    settings.switch_name = acting.name_update || acting.name_hook;
    if (!acting.name_update)
        return;
    settings.name_deadline = acting.name_update->deadline;
    auto update = root.table_or_empty("floating").table_or_empty("update");
    check_step_deadline(update, settings.name_deadline, settings.effect);
}

void read_sections(Section& root, ActingDefinition& acting)
{
    auto& settings = acting.settings;
    read_acting_limits(root, settings);
    read_fence(root, settings);
    read_quiet(root, settings);
    read_promote(root, settings);
    read_serve(root, settings);
    take_name_update(root, acting);
    const auto& update = acting.name_update;
    read_rejoin(root, update ? std::optional(update->ttl) : std::nullopt, settings);
    read_hooks(root, acting);
}

/// Commands and operations name one namespace; a second one would be forgotten.
void take_namespace(Section& root, ActingDefinition& acting)
{
    if (acting.planes.empty())
        return;
    const auto& name_space = acting.planes.front().name_space;
    acting.settings.name_space = name_space;
    const bool same = std::ranges::all_of(
        acting.planes, [&](const PlaneAccess& plane) { return plane.name_space == name_space; });
    if (!same && root.has("acting"))
        root.complain("acting", "needs the same namespace on both planes");
}

/// `edge` is restarted where `[rejoin]` says, and read where each control plane says.
void check_edge_namespace(Section& root, const Settings& settings, const core::ActingSettings& run)
{
    if (!run.restart_edge)
        return;
    using Exchange = OnCluster<probes::ExchangeProbe::Options>;
    for (const auto& probe : settings.probes) {
        const auto* exchange = std::get_if<Exchange>(&probe.options);
        if (exchange != nullptr && root.has("acting") &&
            exchange->probe.name_space != run.edge_namespace)
            root.complain(
                "acting", fmt::format(
                              "would restart edge in the namespace {} (rejoin.namespace), but the "
                              "control plane {} is read in {}",
                              run.edge_namespace, exchange->cluster, exchange->probe.name_space));
    }
}

/// Without these a run would stop half-way, and at the worst moment.
void require_parts(Section& root, const ActingDefinition& acting)
{
    const auto& settings = acting.settings;
    const auto mode = core::name_of(settings.mode);
    if (!root.has("acting"))
        root.complain(
            "mode", fmt::format(
                        "is \"{}\", but nothing says what a run may do: write [acting], or mode = "
                        "\"observe\"",
                        mode));
    if (settings.variant == Variant::embedded_sync && settings.promote_patch.empty())
        root.complain(
            "mode", fmt::format(
                        "is \"{}\", but promote.patch is missing: write what makes the "
                        "ManagementPlane of a standby the active one",
                        mode));
    if (!settings.switch_name && !has_hook_for(settings, "switch-name"))
        root.complain(
            "mode", fmt::format(
                        "is \"{}\", but nothing switches the floating name: write "
                        "[floating.update], [floating.hook], or a [[hook]] with step = "
                        "\"switch-name\"",
                        mode));
    if (acting.name_servers.empty())
        root.complain(
            "mode",
            fmt::format(
                "is \"{}\", but floating.servers is missing: a switched name is seen there", mode));
}

}  // namespace

void require_for_acting(Section& plane, const PlaneReading& reading, Mode mode)
{
    if (mode == Mode::observe)
        return;
    if (!reading.acting_cluster)
        plane.require(
            "kubeconfig", "a run changes things in its cluster; acting_kubeconfig will do as well");
    plane.require("organization", "the step \"serve\" lists the clusters of an organization");
    const bool has_request = std::ranges::any_of(reading.probes, [&](const PlacedProbe& placed) {
        return placed.probe.settings.id == reading.plane.name + "/api" &&
               as_request(placed.probe) != nullptr;
    });
    if (!has_request)
        plane.complain(
            "probes", "has no HTTP probe \"api\": the step \"serve\" sends what it sends; write "
                      "probes = \"tsb\"");
}

void read_acting(Section& root, ActingDefinition parts, Settings& settings)
{
    auto acting = std::move(parts);
    take_from_watch(settings.watch, acting.settings);
    for (auto& plane : acting.planes)
        take_from_probes(settings.probes, plane);
    read_sections(root, acting);
    take_namespace(root, acting);
    check_edge_namespace(root, settings, acting.settings);
    if (settings.watch.mode != Mode::observe)
        require_parts(root, acting);
    if (root.has("acting"))
        settings.acting = std::move(acting);
}

}  // namespace understudy::config
