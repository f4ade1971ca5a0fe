/// The Kubernetes API as far as Understudy needs it: authenticated GET of JSON, and requests that
/// change something.
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

/// A request that changes something.
struct KubernetesRequest {
    std::string method = "PATCH";  ///< Or `POST`, `PUT`, `DELETE`.
    std::string path;              ///< As for get().
    std::string body;
    /// Of the body: `application/json` for whole objects and DeleteOptions; for a PATCH
    /// `application/json-patch+json`, `application/merge-patch+json` or
    /// `application/strategic-merge-patch+json`.
    std::string content_type = "application/json-patch+json";

    KubernetesRequest() = default;
};

/// How long an effect may go on.
struct EffectLimits {
    core::Instant deadline{};  ///< CLOCK_BOOTTIME. No byte leaves after it; the socket is closed.
    /// How long the server may go on with what it received: the query parameter `timeout`, which
    /// bounds admission and storage (kubernetes/kubernetes pull request 96901).
    core::Duration server_limit = std::chrono::seconds(5);

    EffectLimits() = default;
    EffectLimits(core::Instant last_byte)  // NOLINT(google-explicit-constructor): most say no more
        : deadline(last_byte)
    {}
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
    /// It is the API server itself that refused, and not a proxy before it: the body of a reply
    /// outside 2xx is a `Status` object, or the one text that its limiter answers with 429.
    bool from_api_server = false;

    KubernetesReply() = default;
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
    /// The object's metadata alone, as a PartialObjectMetadata: a Secret's content stays where it
    /// is. Source: kubernetes.io/docs/reference/using-api/api-concepts, "Metadata-only fetches".
    boost::asio::awaitable<KubernetesReply> get_metadata(std::string path, core::Duration timeout);
    /// Raw bytes (pod proxy to a metrics endpoint): `object` stays null, the body is in
    /// `http.body`, and at most `text_bytes_max` long.
    boost::asio::awaitable<KubernetesReply> get_text(std::string path, core::Duration timeout);

    /// An effect; effect_result_of() (net/kubernetes_effect.hpp) tells how it ended. Sent once:
    /// only a 401 of the API server's own, which has done nothing, is followed by a second try,
    /// when the credentials could be renewed. A redirect is never followed.
    boost::asio::awaitable<KubernetesReply> send(KubernetesRequest request, EffectLimits limits);

    /// The server's URL, for messages.
    const std::string& server() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
