#include "fixture.hpp"

#include "net/boot_clock.hpp"
#include "net/json_fields.hpp"

#include "support/run_coroutine.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace understudy::kubernetes {

using namespace std::chrono_literals;
using core::Finding;

ClusterTest::ClusterTest() : cluster_(cluster_as(server().admin())) {}

actions::Cluster ClusterTest::cluster_as(const std::filesystem::path& kubeconfig)
{
    net::KubernetesOptions options;
    options.kubeconfig = kubeconfig;
    actions::Cluster cluster;
    cluster.api = std::make_shared<net::KubernetesClient>(http_, options);
    cluster.name_space = name_space_;
    cluster.read_timeout = 15s;
    return cluster;
}

core::Operation ClusterTest::operation(
    core::OperationKind kind, const std::string& object, core::Parameters parameters)
{
    core::Operation operation;
    operation.kind = kind;
    operation.target = "east";
    operation.object = object;
    operation.parameters = std::move(parameters);
    return operation;
}

core::Observation ClusterTest::observe(actions::Action& action, const core::Operation& operation)
{
    return support::run_coroutine(io_, action.observe(operation));
}

actions::Effect ClusterTest::perform(
    actions::Action& action,
    const core::Operation& operation,
    const core::Facts& facts,
    std::uint64_t epoch)
{
    actions::Order order;
    order.id = {epoch, 1, 0};
    order.attempt = 1;
    order.operation = operation;
    order.facts = facts;
    order.deadline = net::boot_now() + 15s;
    return support::run_coroutine(io_, action.perform(std::move(order)));
}

core::Assessment ClusterTest::assess(
    const core::Operation& operation,
    const core::Observation& observation,
    std::uint64_t epoch) const
{
    core::AssessContext context;
    context.id = {epoch, 1, 0};
    context.instance = "bastion-1";
    context.plan_hash = "abc";
    context.processes = {"p1"};
    return core::assess(operation, observation, context);
}

int ClusterTest::carry_out(
    actions::Action& action, const core::Operation& operation, std::uint64_t epoch)
{
    int sent = 0;
    std::string last;
    const bool reached = eventually([&] {
        start_pods(admin_, name_space_);
        end_pods(admin_, name_space_);
        const auto seen = observe(action, operation);
        const auto assessment = assess(operation, seen, epoch);
        last = assessment.why;
        if (assessment.finding != Finding::needed)
            return assessment.finding == Finding::satisfied;
        last += "; " + perform(action, operation, seen.facts, epoch).detail;
        ++sent;
        return false;
    });
    EXPECT_TRUE(reached) << core::name_of(operation.kind) << " of " << operation.object << ": "
                         << last;
    return sent;
}

std::string ClusterTest::annotation(const std::string& path, const std::string& name)
{
    return net::string_at(admin_.get(path), "/metadata/annotations/understudy.dev~1" + name);
}

std::string ClusterTest::version(const std::string& path)
{
    return net::string_at(admin_.get(path), "/metadata/resourceVersion");
}

void ClusterTest::touch(const std::string& path)
{
    admin_.merge(path, R"({"metadata":{"labels":{"touched":"yes"}}})");
}

}  // namespace understudy::kubernetes
