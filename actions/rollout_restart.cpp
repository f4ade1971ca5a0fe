#include "actions/rollout_restart.hpp"

#include "actions/guarded_patch.hpp"
#include "actions/marks.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/timestamps.hpp"
#include "net/whole_number.hpp"

#include <chrono>
#include <string_view>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr auto template_annotations = "/spec/template/metadata/annotations";

bool is_there(const core::Facts& facts, std::string_view name)
{
    return core::find_fact<bool>(facts, name).value_or(false);
}

std::string patch_of(const Restart& wanted)
{
    auto marks = marks_of(wanted.id);
    marks[annotation::restarted_at] = std::to_string(wanted.date);
    json::object restarted;
    restarted["kubectl.kubernetes.io/restartedAt"] =
        net::rfc3339(core::WallTime(std::chrono::milliseconds(wanted.date)));
    const auto& facts = wanted.facts;
    GuardedPatch patch(core::find_fact<std::string>(facts, "version").value_or(""));
    patch.set_members("/metadata/annotations", is_there(facts, "annotated"), marks);
    patch.set_members(template_annotations, is_there(facts, "template_annotated"), restarted);
    return patch.text();
}

}  // namespace

void add_restart_facts(core::Facts& facts, const json::value& deployment)
{
    const auto seen = net::view_deployment(deployment);
    facts["available"] = seen.available && !seen.rolling;
    facts["restarted_at"] =
        net::whole_number(annotation_of(deployment, annotation::restarted_at)).value_or(0);
    facts["template_annotated"] = net::at(deployment, template_annotations) != nullptr;
    add_marks(facts, deployment);
}

asio::awaitable<Effect> restart(Cluster cluster, Restart wanted)
{
    const auto obstacle = obstacle_in(wanted.facts, wanted.id);
    if (!obstacle.empty())
        co_return refused(obstacle);
    auto path = net::deployment_path(cluster.name_space, wanted.deployment);
    auto text = patch_of(wanted);
    co_return co_await send_json_patch(cluster, std::move(path), std::move(text), wanted.deadline);
}

}  // namespace understudy::actions
