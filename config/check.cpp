#include "config/check.hpp"

#include "config/check_acting.hpp"
#include "config/durations.hpp"
#include "core/detector_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace understudy::config {

namespace {

using core::Purpose;
using core::Variant;

/// What is configured for one plane, as far as the statements below depend on it.
class PlaneProbes {
public:
    PlaneProbes(const Settings& settings, const std::string& plane)
        : settings_(settings), plane_(plane)
    {}

    bool has(Purpose purpose) const
    {
        return std::ranges::any_of(settings_.probes, [&](const ProbeDefinition& probe) {
            return probe.settings.target == plane_ && probe.settings.purpose == purpose;
        });
    }

    template <class Options>
    bool has_kind() const
    {
        return std::ranges::any_of(settings_.probes, [&](const ProbeDefinition& probe) {
            return probe.settings.target == plane_ &&
                   std::holds_alternative<Options>(probe.options);
        });
    }

    template <class Check>
    bool has_check() const
    {
        using OnKubernetes = OnCluster<probes::KubernetesProbe::Options>;
        return std::ranges::any_of(settings_.probes, [&](const ProbeDefinition& probe) {
            const auto* options = std::get_if<OnKubernetes>(&probe.options);
            return probe.settings.target == plane_ && options != nullptr &&
                   std::holds_alternative<Check>(options->probe.check);
        });
    }

private:
    const Settings& settings_;
    const std::string& plane_;
};

class Assessor {
public:
    explicit Assessor(const Settings& settings) : settings_(settings) {}

    Assessment take()
    {
        for (const auto& plane : settings_.watch.planes)
            look_at(plane.name);
        look_at_witnesses();
        look_at_standby();
        look_at_ourselves();
        return std::move(result_);
    }

private:
    void look_at(const std::string& plane)
    {
        const PlaneProbes probes(settings_, plane);
        constexpr std::array classes{
            Purpose::api, Purpose::agents, Purpose::kubernetes, Purpose::database};
        for (const auto purpose : classes) {
            if (!probes.has(purpose))
                miss("{}: no evidence of the class {}", plane, core::name_of(purpose));
        }
        if (!probes.has(Purpose::api)) {
            never("{}: `failed` can never be reached, because it needs the class api", plane);
            return;
        }
        if (!probes.has(Purpose::kubernetes) && !probes.has(Purpose::database))
            never(
                "{}: `failed` of the kind dead can never be reached, because neither its "
                "Kubernetes nor its database is asked",
                plane);
        // Silence needs `agents`, and then `clients`: control planes that lost the plane as well.
        if (!probes.has(Purpose::agents))
            never(
                "{}: `failed` of the kind unreachable can never be reached, because its agents "
                "port is not probed",
                plane);
        add_times(plane);
    }

    void look_at_witnesses()
    {
        const auto& watch = settings_.watch;
        const auto count = watch.control_planes.size();
        if (count == 0) {
            miss("no control plane is asked: no evidence of the class clients");
            never("`failed` of the kind unreachable can never be reached: nobody but us can tell "
                  "whether a silent plane is gone or we are cut off");
        }
        if (count > 0 && count < 3)
            never(
                "with {} control plane{} asked, the class clients rests on so few that one "
                "cluster away may leave it unknown; configure three or more",
                count, count == 1 ? "" : "s");
        if (settings_.watch.floating_name.empty() || !asks_floating()) {
            miss("floating.servers is not set: where the floating name points is not watched");
            never("a floating name that was moved by hand is not noticed, and not held against "
                  "which plane is active");
        }
        look_at_canaries();
    }

    void look_at_canaries()
    {
        std::set<std::string> domains;
        for (const auto& canary : settings_.watch.canaries)
            domains.insert(canary.domain);
        if (domains.empty()) {
            miss("no canary");
            never("a network that is gone on our side shows only through our resolver, stalls and "
                  "the clock: without canaries it is hard to tell from dead planes");
        } else if (domains.size() == 1) {
            miss("all canaries are in one failure domain ({})", *domains.begin());
            never("an outage of that one domain makes this observer blind, though it sees the "
                  "planes well");
        }
    }

    void look_at_standby()
    {
        for (const auto& plane : settings_.watch.planes) {
            const PlaneProbes probes(settings_, plane.name);
            if (settings_.watch.variant == Variant::embedded_sync)
                look_at_replication(plane.name, probes);
            else if (!probes.has_check<probes::CronJobsCheck>())
                unknown_freshness(plane.name, "its restore jobs are not watched");
            if (!probes.has_check<probes::ManagementPlaneCheck>())
                unready(plane.name, "its version is not read, so it cannot be compared");
            if (!probes.has_check<probes::KeyIdsCheck>())
                unready(plane.name, "its key ids are not read, so they cannot be compared");
            if (!probes.has_kind<probes::TlsProbe::Options>())
                unready(plane.name, "its certificate is not looked at");
        }
    }

    void look_at_replication(const std::string& plane, const PlaneProbes& probes)
    {
        if (!probes.has_kind<probes::PostgresProbe::Options>())
            unknown_freshness(plane, "no PostgreSQL instance of it is asked");
        if (!probes.has_check<probes::KubegresCheck>())
            unready(plane, "its Kubegres instance is not watched");
    }

    void unknown_freshness(const std::string& plane, std::string_view why)
    {
        miss("{}: no source of freshness: {}", plane, why);
        never(
            "{}: how fresh its data is stays unknown, so it is never ready as a standby, and no "
            "automatic failover to it can ever start",
            plane);
    }

    void unready(const std::string& plane, std::string_view why)
    {
        miss("{}: {}", plane, why);
        never("{}: never ready as a standby: {}", plane, why);
    }

    void look_at_ourselves()
    {
        if (settings_.receivers.empty()) {
            miss("no receiver");
            never("nobody is told: alerts are only logged and counted");
        }
        if (!settings_.heartbeat) {
            miss("no heartbeat");
            never("nobody notices when this daemon or its machine is gone, unless Prometheus "
                  "alerts on its absence");
        }
    }

    bool asks_floating() const
    {
        return std::ranges::any_of(settings_.probes, [](const ProbeDefinition& probe) {
            return probe.settings.target == "floating";
        });
    }

    void add_times(const std::string& plane)
    {
        for (const auto& detection : core::predict_quality(settings_.watch, plane, {}).detection) {
            if (detection.outage == core::Outage::silence)
                result_.times.push_back(
                    {plane, core::path_of(detection), detection.worst,
                     detection.worst + settings_.watch.detector.confirm});
        }
    }

    template <class... Values>
    void miss(fmt::format_string<Values...> text, Values&&... values)
    {
        result_.missing.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    template <class... Values>
    void never(fmt::format_string<Values...> text, Values&&... values)
    {
        result_.never.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    const Settings& settings_;
    Assessment result_;
};

}  // namespace

Assessment assess(const Settings& settings)
{
    auto assessment = Assessor(settings).take();
    assess_acting(settings, assessment);
    return assessment;
}

std::vector<std::string> lines_of(const Assessment& assessment)
{
    std::vector<std::string> lines;
    for (const auto& time : assessment.times)
        lines.push_back(fmt::format(
            "{}: {}: verdict within {}, action within {}", time.plane, time.path,
            format_duration(time.verdict), format_duration(time.action)));
    for (const auto& text : assessment.acting)
        lines.push_back("run: " + text);
    for (const auto& text : assessment.missing)
        lines.push_back("missing: " + text);
    for (const auto& text : assessment.never)
        lines.push_back("therefore: " + text);
    return lines;
}

}  // namespace understudy::config
