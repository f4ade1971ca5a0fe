#include "sandbox/kube/cluster_settings.hpp"

#include "net/secret.hpp"
#include "sandbox/settings.hpp"

#include <fstream>
#include <iterator>

namespace understudy::sandbox {

namespace {

constexpr std::string_view default_kid = "standin-key-1";

KubeTiming read_timing(Settings settings)
{
    KubeTiming timing;
    timing.pod_start = settings.milliseconds("pod_start_ms", timing.pod_start);
    timing.pod_stop = settings.milliseconds("pod_stop_ms", timing.pod_stop);
    timing.readiness_interval =
        settings.milliseconds("readiness_interval_ms", timing.readiness_interval);
    timing.readiness_timeout =
        settings.milliseconds("readiness_timeout_ms", timing.readiness_timeout);
    timing.readiness_misses = settings.integer("readiness_misses", timing.readiness_misses);
    timing.operator_reaction = settings.milliseconds("operator_ms", timing.operator_reaction);
    timing.promotion_wait = settings.milliseconds("promotion_wait_ms", timing.promotion_wait);
    timing.restart_wait = settings.milliseconds("restart_wait_ms", timing.restart_wait);
    settings.finish();
    return timing;
}

std::vector<ApiRule> read_rules(Settings& user)
{
    std::vector<ApiRule> rules;
    for (auto& section : user.sections("may")) {
        auto& rule = rules.emplace_back();
        rule.resource = section.text("resource");
        rule.verbs = section.texts("verbs");
        rule.names = section.texts("names");
        section.finish();
    }
    return rules;
}

ApiUsers read_users(Settings& settings)
{
    ApiUsers users;
    for (auto& user : settings.sections("users")) {
        const auto access = user.text("access");
        if (access != "full" && access != "read")
            user.fail("access", "must be \"full\" or \"read\"");
        const auto token = net::read_secret(user.path("token_file"));
        auto& known = users[std::string(token.reveal())];
        known = ApiUser(user.text("name"), access == "full");
        known.may = read_rules(user);
        user.finish();
    }
    return users;
}

std::string file_bytes(Settings& settings, std::string_view field)
{
    const auto file = settings.path(field);
    std::ifstream input(file, std::ios::binary);
    if (!input)
        settings.fail(field, "cannot read " + file.string());
    return {std::istreambuf_iterator<char>(input), {}};
}

std::map<std::string, std::string> read_secret_data(Settings settings)
{
    std::map<std::string, std::string> data;
    auto text = settings.section("text");
    for (const auto& key : text.members())
        data[key] = text.text(key);
    auto files = settings.section("files");
    for (const auto& key : files.members())
        data[key] = file_bytes(files, key);
    settings.finish();
    return data;
}

std::vector<CronJobSettings> read_cron_jobs(Settings& settings)
{
    std::vector<CronJobSettings> jobs;
    for (auto& section : settings.sections("cron_jobs")) {
        auto& job = jobs.emplace_back();
        job.name = section.text("name");
        job.schedule = section.text("schedule");
        job.suspend = section.boolean("suspend", job.suspend);
        job.succeeded_ago_s = section.integer("succeeded_ago_s", job.succeeded_ago_s);
        job.command = section.texts("command");
        job.period = section.milliseconds("period_ms", job.period);
        section.finish();
    }
    return jobs;
}

PostgresInstance read_instance(Settings& settings, const DatabaseSettings& common)
{
    PostgresInstance instance;
    instance.index = settings.integer("index");
    instance.database = common;
    instance.database.host = settings.text("host");
    instance.database.port = settings.port("port", common.port);
    const auto role = settings.text("role");
    if (role != "primary" && role != "replica")
        settings.fail("role", "must be \"primary\" or \"replica\"");
    instance.primary = role == "primary";
    instance.promote = settings.texts("promote");
    instance.restart = settings.texts("restart");
    settings.finish();
    return instance;
}

KubegresSettings read_kubegres(Settings settings)
{
    KubegresSettings kubegres;
    DatabaseSettings common;
    kubegres.name = settings.text("name", kubegres.name);
    kubegres.standby = settings.boolean("standby", kubegres.standby);
    kubegres.primary_endpoint = settings.text("primary_endpoint", "");
    common.user = settings.text("user");
    common.password_file = settings.path("password_file", "");
    common.name = settings.text("database", "postgres");
    for (auto& section : settings.sections("instances"))
        kubegres.instances.push_back(read_instance(section, common));
    if (kubegres.instances.empty())
        settings.fail("instances", "must name at least one");
    settings.finish();
    return kubegres;
}

PlaneSettings read_plane(Settings settings)
{
    PlaneSettings plane;
    plane.name_space = settings.text("namespace", plane.name_space);
    plane.version = settings.text("version", plane.version);
    plane.front_control = settings.path("front_control");
    plane.promote_pointer = settings.text("promote_pointer", plane.promote_pointer);
    auto replicas = settings.section("replicas");
    for (const auto& name : replicas.members())
        plane.replicas[name] = replicas.integer(name);
    for (const auto* name : {"iam-signing-key", "tsb-iam-jwks"})
        plane.secrets[name]["kid"] = default_kid;
    auto secrets = settings.section("secrets");
    for (const auto& name : secrets.members())
        plane.secrets[name] = read_secret_data(secrets.section(name));
    plane.cron_jobs = read_cron_jobs(settings);
    if (settings.has("postgres"))
        plane.kubegres = read_kubegres(settings.section("postgres"));
    settings.finish();
    return plane;
}

WorkloadSettings read_workload(Settings settings, const std::string& cluster)
{
    WorkloadSettings workload;
    workload.name_space = settings.text("namespace", workload.name_space);
    workload.cluster = settings.text("cluster", cluster);
    workload.floating_name = settings.text("floating_name");
    workload.port = settings.port("port", workload.port);
    workload.ca = settings.path("ca");
    workload.token_kid = settings.text("token_kid", default_kid);
    workload.exchange = settings.milliseconds("exchange_ms", workload.exchange);
    workload.retry = settings.milliseconds("retry_ms", workload.retry);
    settings.finish();
    return workload;
}

ClusterSettings read_cluster(Settings& settings)
{
    ClusterSettings cluster;
    cluster.name = settings.text("name");
    cluster.address = settings.text("address");
    cluster.port = settings.port("port", cluster.port);
    cluster.certificate = settings.path("certificate");
    cluster.key = settings.path("key");
    cluster.batch_v1beta1 = settings.boolean("batch_v1beta1", cluster.batch_v1beta1);
    if (settings.has("plane"))
        cluster.plane = read_plane(settings.section("plane"));
    if (settings.has("workload"))
        cluster.workload = read_workload(settings.section("workload"), cluster.name);
    settings.finish();
    return cluster;
}

}  // namespace

KubeSettings load_kube_settings(const std::filesystem::path& file)
{
    auto settings = Settings::load(file);
    KubeSettings kube;
    kube.control = settings.path("control");
    kube.users = read_users(settings);
    for (auto& section : settings.sections("clusters"))
        kube.clusters.push_back(read_cluster(section));
    kube.timing = read_timing(settings.section("timing"));
    settings.finish();
    if (kube.clusters.empty())
        settings.fail("clusters", "must name at least one");
    return kube;
}

}  // namespace understudy::sandbox
