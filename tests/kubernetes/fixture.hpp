/// The real cluster, and the executor's steps on it.
#pragma once

#include "actions/cluster.hpp"
#include "core/assess.hpp"
#include "core/operation.hpp"
#include "net/http_client.hpp"
#include "net/resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "admin.hpp"
#include "eventually.hpp"
#include "nodes.hpp"
#include "objects.hpp"
#include "server.hpp"

namespace understudy::kubernetes {

class ClusterTest : public testing::Test {
protected:
    ClusterTest();

    /// In our own namespace, with those credentials.
    actions::Cluster cluster_as(const std::filesystem::path& kubeconfig);

    static core::Operation operation(
        core::OperationKind kind, const std::string& object, core::Parameters parameters = {});

    core::Observation observe(actions::Action& action, const core::Operation& operation);
    /// An effect that rests on the reading `facts`.
    actions::Effect perform(
        actions::Action& action,
        const core::Operation& operation,
        const core::Facts& facts,
        std::uint64_t epoch = 5);
    core::Assessment assess(
        const core::Operation& operation,
        const core::Observation& observation,
        std::uint64_t epoch = 5) const;

    /// As the executor does it: reads, judges, and does what is needed, until the goal is there.
    /// Returns how often an effect was sent.
    int carry_out(
        actions::Action& action, const core::Operation& operation, std::uint64_t epoch = 5);

    std::string annotation(const std::string& path, const std::string& name);
    std::string version(const std::string& path);
    /// Somebody else writes the object.
    void touch(const std::string& path);

    template <class T>
    static T fact(const core::Observation& observation, std::string_view name)
    {
        return core::find_fact<T>(observation.facts, name).value_or(T{});
    }

    boost::asio::io_context io_{1};
    net::Resolver resolver_{io_.get_executor()};
    net::HttpClient http_{resolver_};
    Admin admin_{server().admin()};
    std::string name_space_ = new_namespace(admin_);
    actions::Cluster cluster_;
};

}  // namespace understudy::kubernetes
