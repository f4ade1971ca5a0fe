/// What the answer to an effect says of the world.
#pragma once

#include "core/operation.hpp"
#include "net/kubernetes_client.hpp"

namespace understudy::net {

/// `applied` for a 2xx with an object. `refused` when nothing was sent, for 429, and for a 4xx in
/// the API server's own words (a `Status` object): it was judged and turned down before it was
/// stored. Everything else is `unknown`: silence after sending, a 5xx, which may come after the
/// commit, and pages that something in between wrote.
core::EffectResult effect_result_of(const KubernetesReply& reply);

/// `Retry-After` in seconds, as the API server sends it; zero when there is none.
core::Duration retry_after_of(const KubernetesReply& reply);

}  // namespace understudy::net
