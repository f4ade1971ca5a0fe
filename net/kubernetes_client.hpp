/// The Kubernetes API as far as Understudy needs it: authenticated requests for JSON.
#pragma once

#include "net/http_client.hpp"
#include "net/secret.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace understudy::net {

/// One cluster, as a kubeconfig's (current or named) context describes it. Understood: server,
/// certificate-authority(-data), tls-server-name, token, tokenFile, client-certificate(-data),
/// client-key(-data), exec (client.authentication.k8s.io/v1 and v1beta1).
/// `insecure-skip-tls-verify` is refused. Source:
/// kubernetes.io/docs/reference/config-api/kubeconfig.v1.
struct KubernetesOptions {
    std::filesystem::path kubeconfig;
    std::string context;  ///< Empty: `current-context`.

    KubernetesOptions() = default;
};

struct KubernetesReply {
    HttpReply http;
    boost::json::value object;  ///< Parsed body when the status is 2xx and it is JSON; else null.
    /// `none` for 2xx with JSON; `credentials` for 401 and 403, and when there is nothing to show;
    /// `rate_limited` for 429; `missing` for a 404 with the API server's own Status object, because
    /// a proxy's page says nothing about objects; `json` for a 2xx that is not JSON; `status` for
    /// the rest; or the exchange's own reason.
    core::Reason reason = core::Reason::internal;
    std::string detail;  ///< With the API server's own `message` where there is one.

    KubernetesReply() = default;
};

/// An effect: a request that may change something, or one that asks what it would change
/// (`dryRun=All`).
struct KubernetesRequest {
    std::string method = "PATCH";
    std::string path;  ///< As for `get`.
    std::string body;
    std::string content_type;

    KubernetesRequest() = default;
};

/// Use from the executor's one thread; cancellable; must outlive its calls. The kubeconfig is read
/// at construction (throws std::runtime_error: `file:line:column: message`) and its token files and
/// exec plugin are asked again when a token is near its end or was refused with 401.
class KubernetesClient {
public:
    static constexpr std::size_t object_bytes_max = 8 * 1024 * 1024;  ///< A list of 500 pods fits.
    static constexpr std::size_t text_bytes_max = 2 * 1024 * 1024;

    KubernetesClient(HttpClient& http, const KubernetesOptions& options);
    ~KubernetesClient();

    /// `path` is the origin form below the server's URL, e.g.
    /// `/api/v1/namespaces/tsb/pods?limit=500`.
    boost::asio::awaitable<KubernetesReply> get(std::string path, core::Duration timeout);
    /// Raw bytes (pod proxy to a metrics endpoint): `object` stays null, the body is in
    /// `http.body`, and at most `text_bytes_max` long.
    boost::asio::awaitable<KubernetesReply> get_text(std::string path, core::Duration timeout);

    /// Sends once; no byte leaves after `deadline` (CLOCK_BOOTTIME). What the reply means for the
    /// world: net/kubernetes_effect.hpp.
    boost::asio::awaitable<KubernetesReply> send(KubernetesRequest request, core::Instant deadline);

    /// The server's URL, for messages.
    const std::string& server() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
