/// How an effect on a Kubernetes object ended, from what came back for it.
#pragma once

#include "core/operation.hpp"
#include "core/time.hpp"
#include "net/kubernetes_client.hpp"

namespace understudy::net {

/// | reply | result |
/// | --- | --- |
/// | 2xx with a JSON object | applied |
/// | no byte of the request was sent | refused |
/// | 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429 in the API server's own words | refused
/// | | all else: 5xx, silence, a cut or late answer, a proxy's page whatever its status | unknown |
///
/// Source of the statuses: Kubernetes API conventions, "HTTP Status codes". A 5xx may come before
/// or after the change was stored, and a proxy knows neither.
core::EffectResult effect_result_of(const KubernetesReply& reply) noexcept;

/// How long the server asks to wait: `Retry-After` in seconds, or as a date (RFC 9110, 10.2.3),
/// which is held against the reply's own `Date`. Zero when it does not ask, or in words that cannot
/// be read; never longer than ten minutes, so that a broken header cannot stop a run.
core::Duration retry_after_of(const KubernetesReply& reply);

}  // namespace understudy::net
