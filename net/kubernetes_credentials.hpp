/// Who we are to a cluster's API server: a fixed token, a token file, an exec plugin, or a
/// certificate.
#pragma once

#include "core/time.hpp"
#include "net/budget.hpp"
#include "net/kubeconfig.hpp"
#include "net/secret.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <string>

namespace understudy::net {

/// What one request shows, or why there is nothing to show.
struct KubernetesIdentity {
    Secret token;                 ///< Empty: none.
    std::string certificate_pem;  ///< From an exec plugin; with `key_pem`.
    std::string key_pem;
    std::string error;  ///< For people; empty when all is well.

    KubernetesIdentity() = default;
    bool shows_the_same_as(const KubernetesIdentity& other) const noexcept;
};

/// An exec plugin's answer.
struct ExecCredential {
    KubernetesIdentity identity;
    std::optional<core::WallTime> expires;

    ExecCredential() = default;
};

/// Reads the JSON that a plugin printed; trouble is in `identity.error`.
ExecCredential parse_exec_credential(std::string_view json, std::string_view api_version);

/// Asks a plugin once and shares its answer until that is near its end. One event-loop thread.
class KubernetesCredentials {
public:
    explicit KubernetesCredentials(const Kubeconfig& config) : config_(config) {}

    /// A token file is read anew every time. When a plugin is being asked already, waits for that
    /// answer.
    boost::asio::awaitable<KubernetesIdentity> current(Budget budget);

    /// The API server did not accept this. A plugin's answer is forgotten, unless another request
    /// has renewed it meanwhile; so what current() gives next may be worth a second try, if it
    /// differs.
    void refused(const KubernetesIdentity& identity);

private:
    class Asking;

    boost::asio::awaitable<KubernetesIdentity> from_plugin(Budget budget);
    boost::asio::awaitable<KubernetesIdentity> ask_plugin(Budget budget);
    boost::asio::awaitable<int> wait_for_answer();
    bool is_fresh() const;

    const Kubeconfig& config_;
    std::optional<ExecCredential> kept_;
    boost::asio::steady_timer* asking_ =
        nullptr;  ///< Cancelled when the answer is there; lives in ask_plugin().
};

}  // namespace understudy::net
