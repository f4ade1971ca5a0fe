#include "config/tuning.hpp"

#include "config/names.hpp"
#include "config/probe_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace understudy::config {

namespace {

using core::Purpose;

// Neither `clients` nor `canary`: control planes and canaries have sections of their own.
constexpr std::array purposes{
    Choice<Purpose>{"api", Purpose::api}, Choice<Purpose>{"agents", Purpose::agents},
    Choice<Purpose>{"kubernetes", Purpose::kubernetes},
    Choice<Purpose>{"database", Purpose::database},
    Choice<Purpose>{"information", Purpose::information}};

/// A new probe begins with what is known of its plane.
struct FillIn {
    const PlaneDescription& plane;
    const std::string& name;

    void operator()(probes::HttpProbe::Options& options) const
    {
        options.host = plane.host;
        options.port = plane.port;
        options.tls_options = plane.tls;
        options.credentials = plane.credentials;
    }
    void operator()(probes::TcpProbe::Options& options) const
    {
        options.host = plane.host;
        options.port = plane.port;
    }
    void operator()(probes::TlsProbe::Options& options) const
    {
        options.host = plane.host;
        options.port = plane.port;
        options.tls_options = plane.tls;
    }
    void operator()(probes::PostgresProbe::Options& options) const
    {
        options.instance = name;
        options.ca_file = plane.tls.ca_file;
    }
    void operator()(OnCluster<probes::KubernetesProbe::Options>& options) const
    {
        options.cluster = plane.name;
        options.probe.name_space = plane.name_space;
    }
    void operator()(probes::DnsProbe::Options& options) const { options.name = plane.host; }
    void operator()(probes::ExecProbe::Options&) const {}
    void operator()(OnCluster<probes::ExchangeProbe::Options>&) const {}
};

class Tuner {
public:
    Tuner(const PlaneDescription& plane, const Pace& pace, std::vector<PlacedProbe>& probes)
        : plane_(plane), pace_(pace), probes_(probes)
    {}

    void read(Section& section)
    {
        const auto name = section.read_name();
        if (!name.empty() && !seen_.insert(name).second)
            section.complain(
                "name", fmt::format("is {} a second time: write it once", shown(name)));
        bool remove = false;
        section.read("remove", remove);
        const auto found = find(name);
        if (remove)
            take_away(section, name, found);
        else if (found != probes_.end())
            change(section, *found);
        else if (!add(section, name))
            return;
        section.reject_unknown();
    }

private:
    using Iterator = std::vector<PlacedProbe>::iterator;

    Iterator find(const std::string& name)
    {
        const auto id = plane_.name + "/" + name;
        return std::ranges::find_if(
            probes_, [&](const PlacedProbe& placed) { return placed.probe.settings.id == id; });
    }

    void take_away(Section& section, const std::string& name, Iterator found)
    {
        if (found == probes_.end())
            section.complain("name", not_ready_made(name));
        else
            probes_.erase(found);
    }

    void change(Section& section, PlacedProbe& placed)
    {
        auto& [settings, options] = placed.probe;
        if (section.has("kind")) {
            ProbeOptions wanted;
            if (read_kind(section, wanted) && wanted.index() != options.index())
                section.complain(
                    "kind", fmt::format(
                                "cannot change what {} is ({}): remove it and add one of another "
                                "name",
                                settings.id, kind_of(options)));
        }
        read_common(section, placed);
    }

    /// False when it is not even known which keys it could have.
    bool add(Section& section, const std::string& name)
    {
        PlacedProbe placed;
        placed.probe = define(plane_.name, name, Purpose::information, pace_, {});
        if (!read_kind(section, placed.probe.options)) {
            section.complain("name", not_ready_made(name));
            return false;
        }
        section.require("purpose", "say what the probe is evidence of, or \"information\"");
        std::visit(FillIn{plane_, name}, placed.probe.options);
        if (std::holds_alternative<OnCluster<probes::KubernetesProbe::Options>>(
                placed.probe.options)) {
            section.require("check", "say what to look at, such as \"deployments\"");
            if (!plane_.has_cluster)
                section.complain("kind", "needs a kubeconfig of the plane");
        }
        read_common(section, placed);
        probes_.push_back(std::move(placed));
        return true;
    }

    void read_common(Section& section, PlacedProbe& placed)
    {
        auto& [settings, options] = placed.probe;
        placed.at = section.at();
        section.find("kind");
        section.read_choice<Purpose>("purpose", settings.purpose, purposes);
        auto pace = pace_of(settings);
        read_pace(section, pace);
        apply(pace, settings);
        std::visit([&](auto& kind) { read_options(section, kind); }, options);
        require_complete(section, options);
    }

    std::vector<std::string_view> names() const
    {
        std::vector<std::string_view> result;
        for (const auto& placed : probes_) {
            const std::string_view id = placed.probe.settings.id;
            result.push_back(id.substr(id.find('/') + 1));
        }
        return result;
    }

    /// `not a ready-made probe`, with what may have been meant.
    std::string not_ready_made(std::string_view name) const
    {
        const auto known = names();
        const auto meant = nearest(name, known);
        return fmt::format(
            "is not a ready-made probe of {}{}", plane_.name,
            meant.empty() ? fmt::format(" ({})", fmt::join(known, ", "))
                          : fmt::format(": did you mean \"{}\"?", meant));
    }

    const PlaneDescription& plane_;
    const Pace& pace_;
    std::vector<PlacedProbe>& probes_;
    std::set<std::string> seen_;
};

}  // namespace

void tune_probes(
    Section& plane_section,
    const PlaneDescription& plane,
    const Pace& pace,
    std::vector<PlacedProbe>& probes)
{
    Tuner tuner(plane, pace, probes);
    for (auto& section : plane_section.tables("probe"))
        tuner.read(section);
}

}  // namespace understudy::config
