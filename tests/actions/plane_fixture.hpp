/// A plane's cluster in the stand-in, and the steps that act on it.
#pragma once

#include "actions/cluster.hpp"
#include "net/boot_clock.hpp"
#include "net/http_client.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_client.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/resolver.hpp"
#include "sandbox/stand_in.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace understudy::actions {

class PlaneSteps : public testing::Test {
protected:
    PlaneSteps()
    {
        world_.write("full", "token-full");
        world_.write("read", "token-read");
        world_.start_kube(config());
        cluster_ = cluster_as("token-full");
        EXPECT_TRUE(support::eventually([&] { return pods_of("tsb") == 1; }));
    }

    boost::json::value config()
    {
        boost::json::object cluster = world_.identity("k8s");
        cluster["name"] = "east";
        cluster["address"] = "127.0.0.1";
        cluster["port"] = port_;
        cluster["batch_v1beta1"] = true;
        const boost::json::object restore{
            {"name", "tsb-restore"}, {"schedule", "0 * * * *"}, {"suspend", false}};
        cluster["plane"] = {
            {"front_control", "front.sock"}, {"cron_jobs", boost::json::array{restore}}};
        return {
            {"control", "kube.sock"},
            {"timing", {{"pod_start_ms", 20}, {"pod_stop_ms", 300}, {"operator_ms", 20}}},
            {"users",
             {{{"name", "admin"}, {"token_file", "full"}, {"access", "full"}},
              {{"name", "watcher"}, {"token_file", "read"}, {"access", "read"}}}},
            {"clusters", boost::json::array{cluster}}};
    }

    Cluster cluster_as(const std::string& token)
    {
        net::KubernetesOptions options;
        options.kubeconfig = world_.write_kubeconfig("config." + token, port_, token);
        Cluster cluster;
        cluster.api = std::make_shared<net::KubernetesClient>(http_, options);
        cluster.name_space = "tsb";
        cluster.read_timeout = std::chrono::seconds(20);
        return cluster;
    }

    static core::Operation operation(
        core::OperationKind kind, const std::string& object, core::Parameters parameters = {})
    {
        core::Operation operation;
        operation.kind = kind;
        operation.target = "east";
        operation.object = object;
        operation.parameters = std::move(parameters);
        return operation;
    }

    core::Observation observe(Action& action, const core::Operation& operation)
    {
        return support::run_coroutine(io_, action.observe(operation));
    }

    /// An effect that rests on the reading `facts`.
    Effect perform(
        Action& action,
        const core::Operation& operation,
        const core::Facts& facts,
        std::uint64_t epoch = 5)
    {
        Order order;
        order.id = {epoch, 1, 0};
        order.attempt = 1;
        order.operation = operation;
        order.facts = facts;
        order.deadline = net::boot_now() + std::chrono::seconds(20);
        return support::run_coroutine(io_, action.perform(std::move(order)));
    }

    /// Reads and does until it is applied, because controllers write the object as well; returns
    /// the reading that the effect rested on.
    core::Observation apply(
        Action& action, const core::Operation& operation, std::uint64_t epoch = 5)
    {
        core::Observation seen;
        EXPECT_TRUE(support::eventually([&] {
            seen = observe(action, operation);
            const auto effect = perform(action, operation, seen.facts, epoch);
            return effect.result == core::EffectResult::applied;
        }));
        return seen;
    }

    boost::json::value get(const std::string& path)
    {
        return support::run_coroutine(io_, cluster_.api->get(path, std::chrono::seconds(20)))
            .object;
    }

    std::string annotation(const std::string& path, const std::string& name)
    {
        return net::string_at(get(path), "/metadata/annotations/understudy.dev~1" + name);
    }

    std::size_t pods_of(const std::string& app)
    {
        return net::array_at(get(net::pods_path("tsb", "app=" + app)), "/items").size();
    }

    /// Somebody else writes the object.
    void touch(const std::string& path)
    {
        net::KubernetesRequest request;
        request.path = path;
        request.content_type = "application/merge-patch+json";
        request.body = R"({"metadata":{"labels":{"touched":"yes"}}})";
        send(std::move(request));
    }

    net::KubernetesReply send(net::KubernetesRequest request)
    {
        const auto deadline = net::boot_now() + std::chrono::seconds(20);
        return support::run_coroutine(io_, cluster_.api->send(std::move(request), deadline));
    }

    template <class T>
    static T fact(const core::Observation& observation, std::string_view name)
    {
        return core::find_fact<T>(observation.facts, name).value_or(T{});
    }

    std::uint16_t port_ = support::free_port();
    support::StandIn world_;
    boost::asio::io_context io_{1};
    net::Resolver resolver_{io_.get_executor()};
    net::HttpClient http_{resolver_};
    Cluster cluster_;
};

}  // namespace understudy::actions
