#include "config/root.hpp"

#include "config/acting.hpp"
#include "config/content.hpp"
#include "config/detector.hpp"
#include "config/fingerprint.hpp"
#include "config/name_hook.hpp"
#include "config/name_update.hpp"
#include "config/names.hpp"
#include "config/notices.hpp"
#include "config/planes.hpp"
#include "config/probe_options.hpp"
#include "config/relations.hpp"
#include "config/service.hpp"
#include "config/witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::config {

namespace {

using core::Mode;
using core::Variant;

/// What the operator lets the daemon do is the operator's choice: there is no default to hide
/// behind.
void read_mode(Section& root, Mode& mode)
{
    constexpr std::array modes{
        Choice<Mode>{"observe", Mode::observe}, Choice<Mode>{"approve", Mode::approve},
        Choice<Mode>{"automatic", Mode::automatic}};
    if (!root.require(
            "mode",
            "write \"observe\" (decide, record and alert, change nothing), \"approve\" (a human "
            "confirms the plan of each run) or \"automatic\""))
        return;
    root.read_choice<Mode>("mode", mode, modes);
}

void read_variant(Section& root, Variant& variant)
{
    constexpr std::array variants{
        Choice<Variant>{"embedded-sync", Variant::embedded_sync},
        Choice<Variant>{"restore", Variant::restore},
        Choice<Variant>{"shared-postgres", Variant::shared_postgres},
        Choice<Variant>{"external-postgres", Variant::external_postgres}};
    root.read_choice<Variant>("variant", variant, variants);
    if (variant != Variant::embedded_sync && variant != Variant::restore)
        root.complain(
            "variant", fmt::format(
                           "is \"{}\", which is not supported yet: this version knows "
                           "\"embedded-sync\" and \"restore\"",
                           core::name_of(variant)));
}

void read_identity(Section& root, const Surroundings& surroundings, Settings& settings)
{
    auto& watch = settings.watch;
    watch.observer = name_from_host(surroundings.host_name);
    root.read("observer", watch.observer);
    if (!is_name(watch.observer))
        root.complain(
            "observer",
            fmt::format("is {}: write 1 to 63 of a-z, 0-9 and -", shown(watch.observer)));
    std::string directory = surroundings.state_directory.string();
    root.read("state_directory", directory);
    settings.state_directory = directory;
    if (!settings.state_directory.is_absolute())
        root.complain("state_directory", "must be an absolute path");
    settings.admin.socket = surroundings.runtime_directory / "admin.sock";
}

/// The servers are asked directly: what our own resolver has cached says nothing of the zone.
struct Floating {
    std::string name;
    std::vector<std::string> servers;
    std::optional<NameUpdate> update;
    std::optional<PlacedProbe> probe;
};

Floating read_floating(Section& root, const Pace& pace, ActingDefinition& acting)
{
    Floating floating;
    auto section = root.table_or_empty("floating");
    if (!root.has("floating"))
        root.complain(
            "floating is missing: write [floating] with the name that control planes use");
    else
        section.require("name", "write the DNS name that control planes, UI and tctl use");
    section.read_host("name", floating.name);

    probes::DnsProbe::Options options;
    options.name = floating.name;
    read_servers(section, options.servers);
    if (!options.servers.empty())
        floating.probe = PlacedProbe{
            define("floating", "cname", core::Purpose::information, unhurried(pace), options),
            section.at()};
    floating.servers = options.servers;
    floating.update = read_name_update(section, floating.name, floating.servers);
    read_name_hook(section, acting);
    section.reject_unknown();
    return floating;
}

void require_pair(Section& root, const std::vector<core::PlaneSettings>& planes)
{
    if (planes.size() != 2)
        root.complain(
            "plane",
            fmt::format("stands {} times: write [[plane]] twice, for the pair", planes.size()));
    else if (planes[0].initially_active == planes[1].initially_active)
        root.complain("plane", "needs exactly one role = \"active\" and one role = \"standby\"");
    if (planes.size() == 2 && !planes[0].host.empty() && planes[0].host == planes[1].host)
        root.complain("plane", "has the same host twice: each plane has a name of its own");
}

/// Joins what the sections yield.
class Assembly {
public:
    Assembly(Section& root, Settings& settings, Pace pace)
        : root_(root), settings_(settings), pace_(std::move(pace))
    {}

    void add_floating()
    {
        auto floating = read_floating(root_, pace_, acting_);
        settings_.watch.floating_name = std::move(floating.name);
        acting_.name_servers = std::move(floating.servers);
        acting_.name_update = std::move(floating.update);
        if (floating.probe)
            probes_.push_back(std::move(*floating.probe));
    }

    void add_planes()
    {
        const auto& watch = settings_.watch;
        const PlaneContext context{
            watch.floating_name, watch.variant, watch.standby.key_secrets, pace_};
        root_.require("plane", "write [[plane]] twice: the active plane and its standby");
        for (auto& section : root_.tables("plane")) {
            auto reading = read_plane(section, context);
            require_for_acting(section, reading, watch.mode);
            add_cluster(settings_.clusters, reading.plane.name, reading.cluster);
            add_cluster(settings_.acting_clusters, reading.plane.name, reading.acting_cluster);
            acting_.planes.push_back(std::move(reading.access));
            settings_.watch.planes.push_back(std::move(reading.plane));
            std::ranges::move(reading.probes, std::back_inserter(probes_));
        }
        if (root_.has("plane"))
            require_pair(root_, watch.planes);
    }

    /// As each plane's first instance is asked.
    void add_content()
    {
        acting_.content = read_content(root_, acting_.settings);
        if (!acting_.content)
            return;
        auto section = root_.table_or_empty("content");
        for (const auto& plane : acting_.planes) {
            const auto* instance = first_instance_of(plane.name);
            if (instance == nullptr) {
                section.complain(fmt::format(
                    "asks each plane's database, but {} has no [[plane.postgres]]", plane.name));
                continue;
            }
            auto probe = content_probe(plane.name, *instance, *acting_.content, pace_);
            probes_.push_back({std::move(probe), section.at()});
        }
    }

    void add_control_planes()
    {
        for (auto& section : root_.tables("control_plane")) {
            auto reading = read_control_plane(section, pace_);
            add_cluster(settings_.clusters, reading.name, reading.cluster);
            add_cluster(settings_.acting_clusters, reading.name, reading.acting_cluster);
            settings_.watch.control_planes.push_back(std::move(reading.name));
            probes_.push_back(std::move(reading.probe));
        }
    }

    void add_canaries()
    {
        for (auto& section : root_.tables("canary")) {
            auto reading = read_canary(section, pace_);
            settings_.watch.canaries.push_back(std::move(reading.canary));
            if (reading.probe)
                probes_.push_back(std::move(*reading.probe));
        }
    }

    void finish(Section& detector)
    {
        check_relations(detector, settings_.watch, probes_);
        for (auto& [probe, at] : probes_) {
            set_timeout(probe.options, probe.settings.timeout);
            probe.settings.fingerprint = fingerprint_of(probe.options, settings_.clusters);
            settings_.watch.probes.push_back(probe.settings);
            settings_.probes.push_back(std::move(probe));
        }
        read_acting(root_, std::move(acting_), settings_);
    }

private:
    using Clusters = std::map<std::string, net::KubernetesOptions>;

    const probes::PostgresProbe::Options* first_instance_of(const std::string& plane) const
    {
        for (const auto& [probe, at] : probes_) {
            const auto* instance = std::get_if<probes::PostgresProbe::Options>(&probe.options);
            if (instance != nullptr && probe.settings.target == plane &&
                probe.settings.purpose == core::Purpose::database)
                return instance;
        }
        return nullptr;
    }

    static void add_cluster(
        Clusters& clusters,
        const std::string& name,
        const std::optional<net::KubernetesOptions>& options)
    {
        if (options)
            clusters.emplace(name, *options);
    }

    Section& root_;
    Settings& settings_;
    Pace pace_;
    std::vector<PlacedProbe> probes_;
    ActingDefinition acting_;
};

}  // namespace

Settings read_root(Section& root, const Surroundings& surroundings)
{
    Settings settings;
    read_mode(root, settings.watch.mode);
    read_variant(root, settings.watch.variant);
    read_identity(root, surroundings, settings);

    auto detector = root.table_or_empty("detector");
    const auto reading = read_detector(detector);
    settings.watch.detector = reading.settings;
    auto standby = root.table_or_empty("standby");
    settings.watch.standby = read_standby(standby);

    Assembly assembly(root, settings, reading.pace);
    assembly.add_floating();
    assembly.add_planes();
    assembly.add_content();
    assembly.add_control_planes();
    assembly.add_canaries();
    assembly.finish(detector);

    settings.receivers = read_receivers(root);
    settings.heartbeat = read_heartbeat(root, reading.pace.interval);
    settings.listen = read_listen(root);
    read_admin(root, settings.admin);
    settings.log = read_log(root);
    root.reject_unknown();
    return settings;
}

}  // namespace understudy::config
