#include "sandbox/kube/kubegres.hpp"

#include "net/process.hpp"
#include "sandbox/kube/events.hpp"
#include "sandbox/kube/pods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto program_max = 60s;
constexpr auto operation_max = 300s;  // TSB-22
constexpr auto long_time = 1h;

constexpr std::string_view promoting = "Primary DB count spec enforcement";
constexpr std::string_view waiting_step =
    "Waiting few seconds before failing over by promoting a Replica DB as a Primary DB";
constexpr std::string_view promoting_step =
    "Failing over by promoting a Replica DB as a Primary DB";
constexpr std::string_view rolling = "StatefulSet specs enforcement";
constexpr std::string_view rolling_step = "StatefulSet's spec is updating";

const ResourceType& kubegres_type() { return type_of_kind("Kubegres"); }
const ResourceType& pod_type() { return type_of_kind("Pod"); }

/// As Go writes the empty struct: the inner objects are always there.
json::object blocking_operation(
    const std::string& operation, const std::string& step, bool timed_out)
{
    json::object shown{
        {"statefulSetOperation", json::object()},
        {"statefulSetSpecUpdateOperation", json::object()}};
    if (operation.empty())
        return shown;
    shown["operationId"] = operation;
    shown["stepId"] = step;
    shown["timeOutEpocInSeconds"] = std::time(nullptr) + operation_max.count();
    if (timed_out)
        shown["hasTimedOut"] = true;
    return shown;
}

json::value kubegres_object(const std::string& name_space, const KubegresSettings& settings)
{
    const auto replicas = static_cast<std::int64_t>(settings.instances.size());
    json::value object{
        {"metadata", {{"name", settings.name}, {"namespace", name_space}}},
        {"spec",
         {{"replicas", replicas},
          {"image", "postgres"},
          {"port", 5432},
          {"standby", {{"enabled", settings.standby}}},
          {"failover", {{"isDisabled", false}}}}},
        {"status", {{"blockingOperation", blocking_operation("", "", false)}}}};
    if (!settings.primary_endpoint.empty())
        set_at(object, "/spec/standby/primaryEndpoint", json::value(settings.primary_endpoint));
    return object;
}

}  // namespace

Kubegres::Kubegres(
    asio::any_io_executor executor,
    std::shared_ptr<ObjectStore> store,
    std::string name_space,
    KubegresSettings settings,
    KubeTiming timing)
    : executor_(executor),
      store_(std::move(store)),
      name_space_(std::move(name_space)),
      settings_(std::move(settings)),
      timing_(timing),
      changed_(executor)
{
    for (const auto& configured : settings_.instances) {
        auto& instance = instances_.emplace_back();
        instance.settings = configured;
        instance.primary = configured.primary;
        instance.database = std::make_shared<Database>(executor, configured.database);
    }
    std::ranges::sort(instances_, {}, [](const Instance& one) { return one.settings.index; });
}

void Kubegres::start()
{
    store_->create(kubegres_type(), kubegres_object(name_space_, settings_));
    for (const auto& instance : instances_)
        store_->create(pod_type(), pod_object(instance));
    store_->on_change([weak = weak_from_this()](const Change&) {
        if (const auto self = weak.lock())
            self->changed_.ring();
    });
    for (std::size_t index = 0; index < instances_.size(); ++index)
        spawn(executor_, watch(index), shared_from_this());
    spawn(executor_, operate(), shared_from_this());
}

std::string Kubegres::pod_name(const Instance& instance) const
{
    return fmt::format("{}-{}-0", settings_.name, instance.settings.index);
}

json::value Kubegres::pod_object(const Instance& instance) const
{
    const json::object labels{
        {"app", settings_.name},
        {"index", std::to_string(instance.settings.index)},
        {"replicationRole", instance.primary ? "primary" : "replica"}};
    const json::object container{{"name", settings_.name}, {"image", "postgres"}};
    json::value pod{
        {"metadata",
         {{"name", pod_name(instance)}, {"namespace", name_space_}, {"labels", labels}}},
        {"spec", {{"containers", json::array{container}}}},
        {"status", {{"phase", "Running"}, {"startTime", timestamp_now()}}}};
    show_readiness(pod, false);
    return pod;
}

/// A pod that somebody deleted comes back: it belongs to a StatefulSet.
void Kubegres::show_pod(const Instance& instance)
{
    const auto* now = store_->find({pod_type().qualified(), name_space_, pod_name(instance)});
    if (now == nullptr)
        now = &store_->create(pod_type(), pod_object(instance));
    auto pod = *now;
    set_at(
        pod, "/metadata/labels/replicationRole",
        json::value(instance.primary ? "primary" : "replica"));
    show_readiness(pod, instance.ready());
    store_->replace(pod_type(), std::move(pod), Part::whole);
}

const json::value* Kubegres::object() const
{
    return store_->find({kubegres_type().qualified(), name_space_, settings_.name});
}

/// TSB-22: `enforcedReplicas` is set once all replicas were deployed, and stays.
void Kubegres::show_replicas()
{
    const auto* now = object();
    const bool all = std::ranges::all_of(instances_, &Instance::answers);
    if (now == nullptr || !all)
        return;
    auto kubegres = *now;
    set_at(kubegres, "/status/enforcedReplicas", static_cast<std::int64_t>(instances_.size()));
    set_at(kubegres, "/status/lastCreatedInstanceIndex", instances_.back().settings.index);
    store_->replace(kubegres_type(), std::move(kubegres), Part::whole);
}

void Kubegres::show_operation(const std::string& operation, const std::string& step, bool timed_out)
{
    operation_ = operation;
    const auto* now = object();
    if (now == nullptr)
        return;
    auto kubegres = *now;
    set_at(kubegres, "/status/blockingOperation", blocking_operation(operation, step, timed_out));
    store_->replace(kubegres_type(), std::move(kubegres), Part::whole);
}

void Kubegres::set_blocking(const std::string& operation)
{
    show_operation(operation, operation.empty() ? "" : "Replica DB is deploying", false);
    changed_.ring();
}

/// TSB-23: readiness is only that the server answers.
asio::awaitable<void> Kubegres::watch(std::size_t index)
{
    auto& instance = instances_[index];
    for (;;) {
        const auto answer = co_await instance.database->query("select pg_is_in_recovery()");
        const bool was_ready = instance.ready();
        instance.answers = answer.ok();
        if (answer.ok() && !answer.rows.empty())
            instance.in_recovery = answer.rows.front().front() == "t";
        if (was_ready != instance.ready())
            changed_.ring();
        show_pod(instance);
        show_replicas();
        co_await sleep_for(2 * timing_.readiness_interval);
    }
}

std::optional<std::size_t> Kubegres::candidate() const
{
    const auto pinned = text_at(*object(), "/spec/failover/promotePod");
    for (std::size_t index = 0; index < instances_.size(); ++index) {
        const auto& instance = instances_[index];
        if (instance.ready() && (pinned.empty() || pinned == pod_name(instance)))
            return index;
    }
    return std::nullopt;
}

bool Kubegres::may_promote() const
{
    const auto* kubegres = object();
    if (kubegres == nullptr || !operation_.empty())
        return false;
    const bool standby = boolean_at(*kubegres, "/spec/standby/enabled");
    const bool disabled = boolean_at(*kubegres, "/spec/failover/isDisabled");
    const bool deployed = integer_at(*kubegres, "/status/enforcedReplicas") > 0;
    const bool has_primary = std::ranges::any_of(instances_, &Instance::primary);
    return !standby && !disabled && deployed && !has_primary && candidate();
}

asio::awaitable<void> Kubegres::operate()
{
    for (;;) {
        const auto idle = std::chrono::steady_clock::now() + long_time;
        co_await changed_.wait_until(idle);
        if (may_promote())
            co_await promote();
    }
}

asio::awaitable<void> Kubegres::promote()
{
    show_operation(std::string(promoting), std::string(waiting_step), false);
    co_await sleep_for(timing_.promotion_wait);
    const auto chosen = candidate();
    if (!chosen) {
        show_operation("", "", false);
        co_return;
    }
    show_operation(std::string(promoting), std::string(promoting_step), false);
    const bool promoted = co_await run_promotion(*chosen);
    if (!promoted) {
        // TSB-22: it stays in the way until a human repairs it.
        show_operation(std::string(promoting), std::string(promoting_step), true);
        record_event(
            *store_, *object(), "FailOverTimedOutErr",
            "promotion of " + pod_name(instances_[*chosen]));
        co_return;
    }
    instances_[*chosen].primary = true;
    show_pod(instances_[*chosen]);
    co_await roll();
    show_operation("", "", false);
}

asio::awaitable<bool> Kubegres::run_promotion(std::size_t index)
{
    auto argv = instances_[index].settings.promote;
    const bool done = co_await run(std::move(argv));
    const auto end = std::chrono::steady_clock::now() + program_max;
    while (done && instances_[index].in_recovery && std::chrono::steady_clock::now() < end)
        co_await sleep_for(timing_.readiness_interval);
    co_return done && !instances_[index].in_recovery;
}

/// TSB-24: after a promotion every StatefulSet is restarted in turn, the new primary's too. What
/// the siblings follow is written in their data and stays as it is.
asio::awaitable<void> Kubegres::roll()
{
    show_operation(std::string(rolling), std::string(rolling_step), false);
    for (std::size_t index = 0; index < instances_.size(); ++index) {
        instances_[index].rolling = true;
        show_pod(instances_[index]);
        auto argv = instances_[index].settings.restart;
        if (!argv.empty())
            co_await run(std::move(argv));
        co_await sleep_for(timing_.pod_start);
        instances_[index].rolling = false;
        co_await answers_within(index, operation_max);
        co_await sleep_for(timing_.restart_wait);
    }
}

asio::awaitable<bool> Kubegres::answers_within(std::size_t index, std::chrono::seconds budget)
{
    const auto end = std::chrono::steady_clock::now() + budget;
    while (!instances_[index].answers && std::chrono::steady_clock::now() < end)
        co_await sleep_for(timing_.readiness_interval);
    co_return instances_[index].answers;
}

asio::awaitable<bool> Kubegres::run(std::vector<std::string> argv)
{
    net::ProcessOptions options;
    options.argv = std::move(argv);
    options.timeout = program_max;
    const auto command = fmt::format("{}", fmt::join(options.argv, " "));
    const auto result = co_await net::run_process(executor_, std::move(options));
    const bool done = result.end == net::ProcessEnd::exited && result.code == 0;
    if (!done)
        fmt::print(
            stderr, "kubegres: `{}` {}: {}{}\n", command, net::describe(result), result.output,
            result.error_output);
    co_return done;
}

json::object Kubegres::state() const
{
    json::object pods;
    for (const auto& instance : instances_)
        pods[pod_name(instance)] = {
            {"ready", instance.ready()},
            {"role", instance.primary ? "primary" : "replica"},
            {"in_recovery", instance.in_recovery}};
    return {{"operation", operation_}, {"pods", pods}};
}

}  // namespace understudy::sandbox
