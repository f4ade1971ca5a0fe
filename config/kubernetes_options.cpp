#include "config/json_text.hpp"
#include "config/probe_options.hpp"

#include <array>

namespace understudy::config {

namespace {

using probes::KubernetesCheck;

std::vector<Choice<std::size_t>> check_names()
{
    return {{"deployments", 0},     {"pods", 1},     {"database-pods", 2}, {"kubegres", 3},
            {"managementplane", 4}, {"cronjobs", 5}, {"keys", 6},          {"field", 7}};
}

/// A check of the kind that stands at `index` of the variant.
KubernetesCheck check_at(std::size_t index)
{
    switch (index) {
    case 0: return probes::DeploymentsCheck{};
    case 1: return probes::PodsCheck{};
    case 2: return probes::DatabasePodsCheck{};
    case 3: return probes::KubegresCheck{};
    case 4: return probes::ManagementPlaneCheck{};
    case 5: return probes::CronJobsCheck{};
    case 6: return probes::KeyIdsCheck{};
    default: return probes::FieldCheck{};
    }
}
static_assert(std::variant_size_v<KubernetesCheck> == 8, "name the new check in check_names()");

void require_names(Section& section, std::string_view key, const std::vector<std::string>& names)
{
    if (names.empty())
        section.require(key, "name at least one object");
}

void read_check(Section& section, probes::DeploymentsCheck& check)
{
    section.read("names", check.names);
    require_names(section, "names", check.names);
}

void read_check(Section& section, probes::PodsCheck& check)
{
    section.read("label", check.label);
    section.read("selector", check.selector);
    int ready_min = static_cast<int>(check.ready_min);
    section.read("ready_min", ready_min, Range<int>{0, 10'000});
    check.ready_min = ready_min;
    if (check.label.empty())
        section.require("label", "give the count a name in the facts, such as \"primary\"");
    if (check.selector.empty())
        section.require("selector", "write a label selector such as \"app=tsb-postgres\"");
}

void read_check(Section& section, probes::DatabasePodsCheck& check)
{
    section.read("object", check.name);
    section.read("primary_expected", check.primary_expected);
}

void read_check(Section& section, probes::KubegresCheck& check)
{
    section.read("object", check.name);
}

void read_check(Section& section, probes::ManagementPlaneCheck& check)
{
    section.read("object", check.name);
}

void read_check(Section& section, probes::CronJobsCheck& check)
{
    section.read("names", check.names);
    require_names(section, "names", check.names);
}

void read_check(Section& section, probes::KeyIdsCheck& check)
{
    section.read("secrets", check.secrets);
    require_names(section, "secrets", check.secrets);
}

void read_check(Section& section, probes::FieldCheck& check)
{
    section.read("path", check.path);
    section.read("pointer", check.pointer);
    section.read("equals", check.equals);
    if (!check.path.starts_with('/'))
        section.complain(
            "path", "must be the API path of one object: /apis/apps/v1/namespaces/...");
    if (!is_json_pointer(check.pointer))
        section.complain("pointer", "must be a JSON pointer such as \"/status/phase\"");
    if (!check.equals.empty() && !is_json(check.equals))
        section.complain("equals", "must be JSON text: a string is written '\"INSTALLED\"'");
}

}  // namespace

void read_options(Section& section, OnCluster<probes::KubernetesProbe::Options>& options)
{
    auto& check = options.probe.check;
    auto index = check.index();
    section.read_choice<std::size_t>("check", index, check_names());
    if (index != check.index())
        check = check_at(index);
    section.read("namespace", options.probe.name_space);
    std::visit([&](auto& wanted) { read_check(section, wanted); }, check);
}

}  // namespace understudy::config
