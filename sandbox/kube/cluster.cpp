#include "sandbox/kube/cluster.hpp"

#include "sandbox/kube/api_error.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

Cluster::Cluster(
    asio::any_io_executor executor,
    ClusterSettings settings,
    const ApiUsers& users,
    KubeTiming timing,
    Lookup lookup)
    : executor_(executor),
      settings_(std::move(settings)),
      store_(std::make_shared<ObjectStore>()),
      deployments_(std::make_shared<Deployments>(
          store_, Deployments::Timing{timing.pod_start, timing.pod_stop})),
      changed_(executor)
{
    const auto address = asio::ip::make_address(settings_.address);
    if (settings_.plane)
        plane_ = std::make_shared<Plane>(executor, store_, deployments_, *settings_.plane, timing);
    if (settings_.workload) {
        const auto tokens = std::make_shared<TokenKeeper>(store_, *settings_.workload);
        auto edge = std::make_shared<Edge>(
            executor, std::move(lookup), [tokens] { return tokens->of_edge(); },
            *settings_.workload, address, load_trust(settings_.workload->ca));
        workload_ = std::make_shared<Workload>(
            executor, store_, deployments_, *settings_.workload, timing, tokens, std::move(edge));
    }
    ApiServer::Options options;
    options.users = users;
    options.batch_v1beta1 = settings_.batch_v1beta1;
    options.admit = [this](const ResourceType& type) { admit(type); };
    if (workload_)
        options.pod_proxy = [workload = workload_](
                                const json::value& pod, const std::string& port,
                                const std::string& path) {
            return workload->answer(pod, port, path);
        };
    api_ = std::make_unique<ApiServer>(store_, std::move(options));
    server_ = std::make_shared<Server>(
        executor, asio::ip::tcp::endpoint(address, settings_.port),
        [this](std::shared_ptr<Stream> stream) { return serve(std::move(stream)); });
    server_->show(load_identity(settings_.certificate, settings_.key));
}

void Cluster::start()
{
    if (plane_)
        plane_->start([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->changed_.ring();
        });
    if (workload_)
        workload_->start();
    store_->on_change([weak = weak_from_this()](const Change&) {
        if (const auto self = weak.lock())
            self->changed_.ring();
    });
    server_->open();
    spawn(executor_, control_deployments(), shared_from_this());
}

asio::awaitable<void> Cluster::serve(std::shared_ptr<Stream> stream)
{
    const auto self = shared_from_this();
    HttpHandler handler = [this](Request request) -> asio::awaitable<Response> {
        const CarryOut carry_out = [this](const Request& wanted) { return api_->answer(wanted); };
        co_return co_await api_faults_.answer(std::move(request), carry_out);
    };
    co_await serve_http(std::move(stream), std::move(handler));
}

asio::awaitable<void> Cluster::control_deployments()
{
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        const auto next = deployments_->reconcile(now);
        if (workload_)
            workload_->follow_pods();
        const auto until = next.value_or(now + 1h);
        co_await changed_.wait_until(until);
    }
}

Plane& Cluster::plane()
{
    if (!plane_)
        throw std::runtime_error(fmt::format("{} is not a plane's cluster", settings_.name));
    return *plane_;
}

Workload& Cluster::workload()
{
    if (!workload_)
        throw std::runtime_error(fmt::format("{} is not a workload cluster", settings_.name));
    return *workload_;
}

/// `up` opens and shuts the port; what else there is says how the next requests go wrong.
void Cluster::set_api(const json::value& command)
{
    if (find_at(command, "/up") != nullptr)
        set_api(boolean_at(command, "/up"));
    else
        api_faults_.add(api_fault_of(command));
}

/// TSB-31: what is written to a ManagementPlane passes through its operator's webhook, a dry run
/// too. Whether a webhook that is down lets it pass is not published; here it does not.
void Cluster::admit(const ResourceType& type) const
{
    if (type.kind == "ManagementPlane" && !webhook_up_)
        throw ApiError(
            500, "InternalError",
            "Internal error occurred: failed calling webhook \"tsb-operator-management-plane\": "
            "failed to call webhook: Post "
            "\"https://tsb-operator-management-plane.tsb.svc:443/validate?timeout=10s\": "
            "connect: connection refused");
}

void Cluster::set_api(bool up)
{
    if (up)
        server_->open();
    else
        server_->shut();
}

void Cluster::set_edge(bool up)
{
    deployments_->set_fault("edge", up ? DeploymentFault::none : DeploymentFault::crash);
    changed_.ring();
}

json::object Cluster::command(const json::value& command)
{
    const auto cmd = text_at(command, "/cmd");
    if (cmd == "state")
        return state();
    if (cmd == "serving")
        return serving();
    if (cmd == "deployment") {
        deployments_->set_fault(
            text_at(command, "/name"), deployment_fault_named(text_at(command, "/fault")));
        changed_.ring();
    } else if (cmd == "operator") {
        plane().set_reverts(boolean_at(command, "/reverts"));
    } else if (cmd == "postgres") {
        if (plane().kubegres() == nullptr)
            throw std::runtime_error("this plane has no embedded PostgreSQL");
        plane().kubegres()->set_blocking(text_at(command, "/blocking"));
    } else if (cmd == "api") {
        set_api(command);
    } else if (cmd == "webhook") {
        plane();
        webhook_up_ = boolean_at(command, "/up", true);
    } else if (cmd == "tokens") {
        workload().tokens().set_fault(token_fault_named(text_at(command, "/fault")));
    } else if (cmd == "edge") {
        set_edge(boolean_at(command, "/up", true));
    } else {
        throw std::runtime_error(fmt::format("unknown command \"{}\"; see sandbox/README.md", cmd));
    }
    return {};
}

json::object Cluster::deployments_state() const
{
    json::object result;
    for (const auto* object : store_->list(type_of_kind("Deployment").qualified(), "")) {
        const auto name = text_at(*object, "/metadata/name");
        result[name] = {
            {"replicas", integer_at(*object, "/spec/replicas", 1)},
            {"ready", deployments_->ready(name)}};
    }
    return result;
}

json::object Cluster::state() const
{
    json::object result{
        {"api", server_->is_open()},
        {"api_faults", api_faults_.pending()},
        {"revision", store_->revision()},
        {"deployments", deployments_state()}};
    if (workload_)
        result["edge"] = workload_->edge().state();
    if (plane_ && plane_->kubegres() != nullptr)
        result["kubegres"] = plane_->kubegres()->state();
    return result;
}

/// What a front needs to know: which deployments serve, and which pods it is itself made of.
json::object Cluster::serving() const
{
    json::object ready;
    json::object pods;
    for (const auto* object : store_->list(type_of_kind("Deployment").qualified(), "")) {
        const auto name = text_at(*object, "/metadata/name");
        ready[name] = deployments_->ready(name);
        json::array running;
        for (const auto& pod : deployments_->running(name))
            running.push_back(json::value(pod));
        pods[name] = std::move(running);
    }
    return {{"ready", ready}, {"pods", pods}};
}

}  // namespace understudy::sandbox
