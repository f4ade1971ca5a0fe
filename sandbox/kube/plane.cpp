#include "sandbox/kube/plane.hpp"

#include "sandbox/control.hpp"
#include "sandbox/kube/plane_objects.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Far enough in the future to mean "until something changes".
constexpr auto long_time = 1h;

ObjectKey resource_key(const PlaneSettings& settings)
{
    return {type_of_kind("ManagementPlane").qualified(), settings.name_space, "managementplane"};
}

}  // namespace

Plane::Plane(
    asio::any_io_executor executor,
    std::shared_ptr<ObjectStore> store,
    std::shared_ptr<Deployments> deployments,
    PlaneSettings settings,
    KubeTiming timing)
    : executor_(executor),
      store_(std::move(store)),
      deployments_(std::move(deployments)),
      settings_(std::move(settings)),
      timing_(timing),
      changed_(executor)
{}

void Plane::start(std::function<void()> changed)
{
    readiness_changed_ = std::move(changed);
    create_plane_objects(*store_, settings_);
    if (settings_.kubegres) {
        kubegres_ = std::make_shared<Kubegres>(
            executor_, store_, settings_.name_space, *settings_.kubegres, timing_);
        kubegres_->start();
    }
    cron_jobs_ =
        std::make_shared<CronJobs>(executor_, store_, settings_.name_space, settings_.cron_jobs);
    cron_jobs_->start();
    store_->on_change([weak = weak_from_this()](const Change&) {
        if (const auto self = weak.lock())
            self->changed_.ring();
    });
    spawn(executor_, watch_front(), shared_from_this());
    spawn(executor_, operate(), shared_from_this());
}

void Plane::set_reverts(bool reverts)
{
    reverts_ = reverts;
    changed_.ring();
}

asio::awaitable<bool> Plane::front_answers()
{
    try {
        const json::value ping{{"cmd", "ping"}};
        const auto answer =
            co_await ask_control(settings_.front_control, ping, timing_.readiness_timeout);
        co_return boolean_at(answer, "/ok");
    } catch (const boost::system::system_error&) {
        throw;  // cancelled
    } catch (const std::runtime_error&) {
        co_return false;
    }
}

/// The kubelet's readiness probe of `envoy`: a front that is killed or stopped is soon not
/// Available.
asio::awaitable<void> Plane::watch_front()
{
    std::int64_t misses = 0;
    for (;;) {
        const bool answers = co_await front_answers();
        misses = answers ? 0 : misses + 1;
        if (misses == 0 || misses == timing_.readiness_misses) {
            deployments_->set_fit("envoy", answers);
            readiness_changed_();
        }
        co_await sleep_for(timing_.readiness_interval);
    }
}

asio::awaitable<void> Plane::operate()
{
    for (;;) {
        const auto idle = std::chrono::steady_clock::now() + long_time;
        co_await changed_.wait_until(idle);
        co_await sleep_for(timing_.operator_reaction);
        reconcile();
    }
}

/// An operator that is scaled to nothing does nothing.
void Plane::reconcile()
{
    if (deployments_->ready("tsb-operator-management-plane") == 0)
        return;
    observe_resource();
    if (reverts_)
        revert_scaling();
}

/// TSB-29: the status says as a string which generation of the resource is installed.
void Plane::observe_resource()
{
    const auto* found = store_->find(resource_key(settings_));
    if (found == nullptr)
        return;
    auto resource = *found;
    const auto generation = std::to_string(integer_at(resource, "/metadata/generation"));
    if (text_at(resource, "/status/observedGeneration") == generation)
        return;
    mirror_standby(resource);
    set_at(resource, "/status/observedGeneration", json::value(generation));
    set_at(resource, "/status/lastUpdated", json::value(timestamp_now()));
    store_->replace(type_of_kind("ManagementPlane"), std::move(resource), Part::whole);
}

/// TSB-20, TSB-21: whether this plane is a standby is handed on to Kubegres. Which field of the
/// resource says so is not published, so it is configured.
void Plane::mirror_standby(const json::value& resource)
{
    if (!settings_.kubegres)
        return;
    const auto& type = type_of_kind("Kubegres");
    const auto* found =
        store_->find({type.qualified(), settings_.name_space, settings_.kubegres->name});
    if (found == nullptr)
        return;
    auto kubegres = *found;
    const bool standby = boolean_at(resource, settings_.promote_pointer);
    if (boolean_at(kubegres, "/spec/standby/enabled") == standby)
        return;
    set_at(kubegres, "/spec/standby/enabled", standby);
    store_->replace(type, std::move(kubegres), Part::main);
}

/// TSB-30: nobody says whether the real operator does this, so both are possible here.
void Plane::revert_scaling()
{
    const auto& type = type_of_kind("Deployment");
    std::vector<json::value> scaled;
    for (const auto* deployment : store_->list(type.qualified(), settings_.name_space)) {
        const auto wanted = plane_replicas(settings_, text_at(*deployment, "/metadata/name"));
        if (!wanted || integer_at(*deployment, "/spec/replicas", 1) == *wanted)
            continue;
        auto& changed = scaled.emplace_back(*deployment);
        set_at(changed, "/spec/replicas", *wanted);
    }
    for (auto& deployment : scaled)
        store_->replace(type, std::move(deployment), Part::main);
}

}  // namespace understudy::sandbox
