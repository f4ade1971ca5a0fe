#include "core/plan_steps.hpp"

#include <algorithm>

namespace understudy::core {

namespace {

/// Jobs that were running are let end, which the settings bound; the rest of the times are what
/// the steps took on a healthy pair, for people to compare with.
constexpr Duration expected_of_a_patch = 1s;
constexpr Duration expected_of_a_fence = 10s;
constexpr Duration expected_of_a_promotion = 2min;
constexpr Duration expected_of_a_start = 30s;
constexpr Duration expected_of_a_rejoin = 60s;

/// The operator makes them again when they are gone; docs/tsb-facts.md, 17.
std::vector<std::string> control_plane_tokens()
{
    return {"otel-token", "oap-token", "ngac-token", "xcp-edge-central-auth-token"};
}

Operation operation(OperationKind kind, std::string target, std::string object)
{
    Operation made;
    made.kind = kind;
    made.target = std::move(target);
    made.object = std::move(object);
    return made;
}

Step step(std::string name, std::string title, Duration expected, Duration deadline)
{
    Step made;
    made.name = std::move(name);
    made.title = std::move(title);
    made.expected = expected;
    made.deadline = deadline;
    return made;
}

std::string kubectl(const std::string& context, const std::string& name_space)
{
    return "kubectl --context " + context + " -n " + name_space + " ";
}
std::string kubectl(const PlanParts& parts, const std::string& plane)
{
    return kubectl(plane, parts.settings.name_space);
}

/// As a shell needs it.
std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string milliseconds(Duration duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::string joined(const std::vector<std::string>& words, std::string_view separator)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? std::string() : std::string(separator)) + word;
    return text;
}

Operation scale(
    const PlanParts& parts,
    const std::string& plane,
    const std::string& name,
    std::int64_t replicas)
{
    auto made = operation(OperationKind::scale, plane, name);
    made.parameters["replicas"] = std::to_string(replicas);
    made.command = kubectl(parts, plane) + "scale deployment " + name +
                   " --replicas=" + std::to_string(replicas);
    return made;
}

Operation suspend(const PlanParts& parts, const std::string& plane, const std::string& value)
{
    const auto& name = parts.settings.restore_cron_job;
    auto made = operation(OperationKind::suspend_cron_job, plane, name);
    made.parameters["suspend"] = value;
    made.command = kubectl(parts, plane) + "patch cronjob " + name + " -p " +
                   quoted(R"({"spec":{"suspend":)" + value + "}}");
    return made;
}

Operation await_jobs(const PlanParts& parts)
{
    auto made =
        operation(OperationKind::await_jobs, parts.new_plane, parts.settings.restore_cron_job);
    made.command = kubectl(parts, parts.new_plane) + "get jobs";
    return made;
}

Operation compare_content(const PlanParts& parts)
{
    const auto& settings = parts.settings;
    const auto& seen = parts.last_seen;
    auto made = operation(OperationKind::compare_content, parts.new_plane, "database");
    made.parameters = {
        {"expected_organization", seen.organization},
        {"expected_clusters", seen.clusters},
        {"expected_schema_version", seen.schema_version},
        {"clusters_missing_max", std::to_string(settings.clusters_missing_max)},
        {"required", settings.content_required ? "yes" : "no"}};
    made.command = "compare organization, clusters and schema version of " + parts.new_plane +
                   "'s database with what " + parts.old_plane + " last showed";
    return made;
}

Operation promote(const PlanParts& parts, OperationKind kind)
{
    const auto& settings = parts.settings;
    auto made = operation(kind, parts.new_plane, settings.management_plane);
    made.parameters["patch"] = settings.promote_patch;
    const bool is_rehearsal = kind == OperationKind::rehearse_promotion;
    made.command = kubectl(parts, parts.new_plane) + "patch managementplane " +
                   settings.management_plane + " --type=merge" +
                   (is_rehearsal ? " --dry-run=server" : "") + " -p " +
                   quoted(settings.promote_patch);
    return made;
}

Step scaled_up(const PlanParts& parts, std::string name, std::string title)
{
    auto made = step(
        std::move(name), std::move(title), expected_of_a_start, parts.settings.promote_deadline);
    for (const auto& writer : parts.settings.writers) {
        auto up = scale(parts, parts.new_plane, writer, parts.settings.replicas);
        up.parameters["at_least"] = "true";
        made.operations.push_back(std::move(up));
    }
    return made;
}

Step promoted_step(const PlanParts& parts, Duration expected)
{
    const auto& settings = parts.settings;
    auto made = step(
        "promoted", "Wait for one writable primary on " + parts.new_plane + ", and see it stay",
        expected, settings.promote_deadline);
    auto primary = operation(OperationKind::await_primary, parts.new_plane, settings.kubegres);
    primary.command = kubectl(parts, parts.new_plane) + "get kubegres " + settings.kubegres +
                      " -o yaml; " + kubectl(parts, parts.new_plane) +
                      "get pods -L replicationRole";
    primary.stable_for = settings.promote_stable_for;
    made.operations = {std::move(primary)};
    return made;
}

/// What the settings name, else what was last seen; `expects` says when neither is known.
void expect_clusters(const PlanParts& parts, Parameters& parameters)
{
    const auto& named = parts.settings.expected_clusters;
    const auto& seen = parts.last_seen.cluster_names;
    if (named.empty() && !seen) {
        parameters["expects"] = "unknown";
        return;
    }
    parameters["expects"] = named.empty() ? "last-seen" : "named";
    parameters["expected"] = joined(named.empty() ? *seen : named, ",");
}

Operation serve(const PlanParts& parts, const std::string& name, std::string through)
{
    auto made = operation(OperationKind::serve, parts.new_plane, name);
    auto deployments = parts.settings.writers;
    deployments.emplace_back("envoy");
    made.parameters["deployments"] = joined(deployments, ",");
    made.parameters["through"] = std::move(through);
    expect_clusters(parts, made.parameters);
    made.command = "curl https://" + name + "/v2/organizations/ORG/status";
    return made;
}

Operation resolve(const PlanParts& parts)
{
    auto made = operation(OperationKind::resolve_name, "floating", parts.settings.floating_name);
    made.parameters["to"] = parts.host_of(parts.new_plane);
    made.command = "dig +short " + parts.settings.floating_name;
    return made;
}

Operation switch_name(const PlanParts& parts)
{
    const auto& name = parts.settings.floating_name;
    const auto to = parts.host_of(parts.new_plane);
    auto made = operation(OperationKind::switch_name, "floating", name);
    made.parameters["from"] = parts.host_of(parts.old_plane);
    made.parameters["to"] = to;
    if (!parts.settings.switch_name) {
        made.parameters["changed_by"] = "hook";
        made.command = "point " + name + " to " + to;
        return made;
    }
    if (const auto& hook = parts.settings.name_hook) {
        made.parameters["argv"] = hook->argv;
        made.parameters["content_hash"] = hook->content_hash;
        made.parameters["timeout_ms"] = milliseconds(hook->timeout);
        made.command = "UNDERSTUDY_NAME=" + name +
                       " UNDERSTUDY_NAME_FROM=" + made.parameters["from"] +
                       " UNDERSTUDY_NAME_TO=" + to + " " + hook->argv;
        return made;
    }
    made.command = "nsupdate -k KEYFILE, then: update delete " + name + " CNAME; update add " +
                   name + " TTL CNAME " + to + "; send";
    return made;
}

Operation rejoin(const PlanParts& parts, const std::string& control_plane)
{
    const auto& settings = parts.settings;
    auto made = operation(OperationKind::rejoin, control_plane, settings.edge_deployment);
    made.parameters["peer"] = parts.host_of(parts.new_plane);
    made.parameters["restart"] = settings.restart_edge ? "true" : "false";
    const auto in_cluster = kubectl(control_plane, settings.edge_namespace);
    made.command = in_cluster + "rollout restart deployment " + settings.edge_deployment;
    if (settings.token_error.empty())
        return made;
    made.parameters["operator"] = settings.control_plane_operator;
    made.parameters["token_wait"] = milliseconds(settings.token_wait);
    made.parameters["last_resort"] =
        in_cluster + "delete secret " + joined(control_plane_tokens(), " ") + "; " + made.command;
    if (!settings.delete_tokens)
        return made;
    made.parameters["tokens"] = joined(control_plane_tokens(), ",");
    made.parameters["new_plane"] = parts.new_plane;
    return made;
}

}  // namespace

std::string PlanParts::host_of(const std::string& plane) const
{
    const auto found = std::ranges::find(settings.planes, plane, &PlaneSettings::name);
    return found == settings.planes.end() ? std::string() : found->host;
}

Step claim_step(const PlanParts& parts)
{
    auto made = step(
        "claim", "Write the run into the world's record, so that nobody else acts",
        expected_of_a_patch, parts.settings.fence_deadline);
    auto record = operation(OperationKind::record, parts.new_plane, "understudy");
    record.parameters["cursor"] = "0";
    record.command = kubectl(parts, parts.new_plane) + "get configmap understudy -o yaml";
    made.operations = {std::move(record)};
    return made;
}

/// The operations of a step run at once, so what rests on another has a step of its own: a job may
/// start until the suspension holds, and content is comparable only when none writes any more.
std::vector<Step> quiet_steps(const PlanParts& parts)
{
    const auto deadline = parts.settings.quiet_deadline;
    auto quiet = step(
        "quiet-standby", "Keep restore jobs of " + parts.new_plane + " from starting",
        expected_of_a_patch, deadline);
    quiet.operations = {suspend(parts, parts.new_plane, "true")};
    auto ended = step("jobs-ended", "Let running restore jobs end", expected_of_a_patch, deadline);
    ended.operations = {await_jobs(parts)};
    auto fit =
        step("fit-standby", "Prove " + parts.new_plane + " fit", expected_of_a_patch, deadline);
    fit.operations = {compare_content(parts)};
    if (parts.settings.variant == Variant::embedded_sync)
        fit.operations.push_back(promote(parts, OperationKind::rehearse_promotion));
    return {std::move(quiet), std::move(ended), std::move(fit)};
}

Step fence_step(const PlanParts& parts)
{
    auto made = step(
        "fence", "Stop " + parts.old_plane + "'s writers, and see that they stay stopped",
        expected_of_a_fence, parts.settings.fence_deadline);
    made.on_failure = OnFailure::fence;
    for (const auto& writer : parts.settings.writers) {
        auto down = scale(parts, parts.old_plane, writer, 0);
        down.stable_for = parts.settings.fence_stable_for;
        made.operations.push_back(std::move(down));
    }
    return made;
}

/// Embedded PostgreSQL is promoted by the operator's patch. Everywhere else the database can be
/// written already, and it is the writers' start that makes the plane the active one.
std::vector<Step> promotion_steps(const PlanParts& parts)
{
    const auto start_title = "Start " + parts.new_plane + "'s writers";
    if (parts.settings.variant != Variant::embedded_sync) {
        auto start = scaled_up(parts, "promote", start_title);
        start.point_of_no_return = true;
        // Only an embedded database has a Kubegres to ask; of another one the plane's API speaks.
        if (parts.settings.variant != Variant::restore)
            return {std::move(start)};
        return {std::move(start), promoted_step(parts, expected_of_a_patch)};
    }
    auto made = step(
        "promote", "Promote " + parts.new_plane, expected_of_a_patch,
        parts.settings.promote_deadline);
    made.operations = {promote(parts, OperationKind::promote)};
    made.point_of_no_return = true;
    return {
        std::move(made), promoted_step(parts, expected_of_a_promotion),
        scaled_up(parts, "start", start_title)};
}

Step serve_step(const PlanParts& parts)
{
    auto made = step(
        "serve", "See " + parts.new_plane + " serve at its own name", expected_of_a_start,
        parts.settings.serve_deadline);
    made.operations = {serve(parts, parts.host_of(parts.new_plane), "")};
    return made;
}

std::vector<Step> name_steps(const PlanParts& parts)
{
    const auto& settings = parts.settings;
    auto made = step(
        "switch-name", "Point " + settings.floating_name + " to " + parts.new_plane,
        expected_of_a_patch, settings.name_deadline);
    made.operations = {switch_name(parts)};
    auto resolved = step(
        "resolve", "See the local resolver answer " + parts.new_plane, expected_of_a_patch,
        settings.name_deadline);
    resolved.operations = {resolve(parts)};
    resolved.on_failure = OnFailure::skip;
    return {std::move(made), std::move(resolved)};
}

Step retire_step(const PlanParts& parts)
{
    auto made = step(
        "retire", "Stop what holds connections to " + parts.old_plane, expected_of_a_fence,
        parts.settings.fence_deadline);
    made.on_failure = OnFailure::skip;
    for (const auto& holder : parts.settings.connection_holders)
        made.operations.push_back(scale(parts, parts.old_plane, holder, 0));
    return made;
}

Step rejoin_step(const PlanParts& parts)
{
    const auto& settings = parts.settings;
    auto made = step(
        "rejoin",
        "Bring the control planes over, and see each one exchange with " + parts.new_plane +
            (settings.delete_tokens && !settings.token_error.empty()
                 ? "; delete tokens that stay refused, if a human has approved this plan"
                 : ""),
        expected_of_a_rejoin, settings.rejoin_deadline);
    made.on_failure = OnFailure::tolerate;
    made.concurrency = settings.rejoin_concurrency;
    made.first_alone = true;
    made.delay = settings.laggards_after;
    for (const auto& control_plane : settings.control_planes)
        made.operations.push_back(rejoin(parts, control_plane));
    return made;
}

Step prove_step(const PlanParts& parts)
{
    auto made = step(
        "prove", "See " + parts.new_plane + " serve through " + parts.settings.floating_name,
        expected_of_a_patch, parts.settings.serve_deadline);
    made.on_failure = OnFailure::tolerate;
    made.operations = {serve(parts, parts.settings.floating_name, parts.settings.floating_name)};
    return made;
}

/// Whoever was killed while it ran waits until that one's time is over, and then gives it its own.
Duration deadline_of_step(const PlanParts& parts, const HookSettings& hook)
{
    const auto& effect = parts.settings.effect;
    return 2 * (hook.timeout + effect.server_limit) + effect.retry;
}

Step hook_step(const PlanParts& parts, const HookSettings& hook)
{
    const std::string side = hook.before ? "before" : "after";
    auto made = step(
        "hook-" + hook.name, "Run " + hook.name + " " + side + " " + hook.step, expected_of_a_patch,
        deadline_of_step(parts, hook));
    auto run = operation(OperationKind::hook, "", hook.name);
    run.parameters = {
        {"argv", hook.argv},
        {"content_hash", hook.content_hash},
        {"step", hook.step},
        {"old_plane", parts.old_plane},
        {"new_plane", parts.new_plane},
        {"timeout_ms", milliseconds(hook.timeout)}};
    run.command = hook.argv;
    made.operations = {std::move(run)};
    return made;
}

/// What was scaled comes back to its count, whether it is Available or not: the old plane may be as
/// sick as it was when the run began.
std::optional<Operation> undo_operation(const PlanParts& parts, const Before& change)
{
    const auto was = [&change](std::string_view name) {
        const auto found = change.before.find(name);
        return found == change.before.end() ? std::string() : found->second;
    };
    const auto& done = change.operation;
    if (done.kind == OperationKind::scale && !was("replicas").empty()) {
        auto back = scale(parts, done.target, done.object, 0);
        back.parameters = {{"replicas", was("replicas")}, {"ready", "any"}};
        back.command = kubectl(parts, done.target) + "scale deployment " + done.object +
                       " --replicas=" + was("replicas");
        return back;
    }
    if (done.kind == OperationKind::suspend_cron_job && !was("suspend").empty())
        return suspend(parts, done.target, was("suspend"));
    return std::nullopt;
}

Step undo_step(const PlanParts& parts, OperationKind kind)
{
    if (kind == OperationKind::scale)
        return step(
            "unfence", "Give deployments back the replicas that they had", expected_of_a_start,
            parts.settings.fence_deadline);
    return step(
        "resume-restore", "Let restore jobs run as they did", expected_of_a_patch,
        parts.settings.fence_deadline);
}

}  // namespace understudy::core
