/// A kubeconfig file, as far as Understudy uses one.
#pragma once

#include "net/secret.hpp"
#include "net/tls.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::net {

/// A program that prints an ExecCredential.
struct ExecPlugin {
    std::string api_version;  ///< client.authentication.k8s.io/v1 or v1beta1
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> environment;
    std::string install_hint;
    bool provide_cluster_info = false;

    ExecPlugin() = default;
};

/// What one context says: where the API server is and how to show who asks. At most one of
/// `token_file`, `token` and `exec` is used, in that order, which is client-go's.
struct Kubeconfig {
    std::string context;
    std::string server;  ///< URL, without a slash at its end.
    TlsOptions tls;
    std::filesystem::path token_file;
    Secret token;
    std::optional<ExecPlugin> exec;

    Kubeconfig() = default;
};

/// Reads the named context, or the current one when `context` is empty. Throws std::runtime_error
/// `file:line:column: message`. What would weaken or change a connection and is not understood
/// (insecure-skip-tls-verify, proxy-url, impersonation, auth-provider, Basic passwords) is an
/// error: ignoring it would mean talking to the cluster in another way than the file says. Relative
/// paths are taken from the file's own folder.
Kubeconfig parse_kubeconfig(
    std::string_view text, const std::filesystem::path& file, std::string_view context);

/// The same from a file, which must not be readable by group or others: it is a secret.
Kubeconfig read_kubeconfig(const std::filesystem::path& file, std::string_view context);

}  // namespace understudy::net
