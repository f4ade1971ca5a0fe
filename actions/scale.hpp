/// A deployment is scaled: fenced to 0, or brought up.
#pragma once

#include "actions/cluster.hpp"

#include <utility>

namespace understudy::actions {

/// Goal: `spec.replicas` is the parameter `replicas` (with `at_least`: or more). One JSON Patch on
/// the deployment itself, not on its scale subresource, so that replicas and marks change together
/// and the role needs `get` and `patch` on named deployments only. The count before our epoch stays
/// in `understudy.dev/replicas-before`.
///
/// `pods` are those that the deployment's own selector matches and that have not ended (phase
/// Succeeded or Failed); one that is being deleted still counts, because until it is gone its
/// process may write. A pod whose node is cut off counts for as long as the API server shows it.
class Scale final : public Action {
public:
    explicit Scale(Cluster cluster) : cluster_(std::move(cluster)) {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    Cluster cluster_;
};

}  // namespace understudy::actions
