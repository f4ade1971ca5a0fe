/// The standby is promoted by the operator's patch on its ManagementPlane resource.
#pragma once

#include "actions/cluster.hpp"
#include "actions/read_only.hpp"

#include <utility>

namespace understudy::actions {

/// Sends the parameter `patch` (a JSON merge patch) with `dryRun=All`, so that admission and its
/// webhooks judge it and nothing is stored: that is a reading. `accepted`; `changes`: the spec that
/// came back differs from the present one, which a misspelt field does as well; `message`: what
/// admission said. An empty patch is accepted and changes nothing.
///
/// A webhook that is down (5xx), and everything else that is no verdict, is not readable.
class RehearsePromotion final : public ReadOnlyAction {
public:
    explicit RehearsePromotion(Cluster cluster) : cluster_(std::move(cluster)) {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;

private:
    Cluster cluster_;
};

/// Goal: every leaf of the parameter `patch` is in the resource, and what it sets to null is not.
/// A merge patch cannot test; with `metadata.resourceVersion` in it the API server answers 409 when
/// the object has changed since it was read. An empty patch is applied.
class Promote final : public Action {
public:
    explicit Promote(Cluster cluster) : cluster_(std::move(cluster)) {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    Cluster cluster_;
};

}  // namespace understudy::actions
