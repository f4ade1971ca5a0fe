/// The files that a configuration names: where they are, and whether they can be used.
#pragma once

#include <filesystem>
#include <string>

namespace understudy::config {

enum class FileKind {
    plain,    ///< A certificate bundle: may be public.
    secret,   ///< A password, token, key or kubeconfig: nobody else may read it.
    program,  ///< A hook: this user may run it, and neither group nor others may change it.
};

/// Resolves relative paths against the configuration file's folder, so that the meaning of a file
/// does not depend on where the daemon was started. Secrets are looked for among systemd's
/// credentials first.
class Files {
public:
    /// `credentials_directory` may be empty: not started by systemd, or without credentials.
    Files(std::filesystem::path folder, std::filesystem::path credentials_directory);

    std::filesystem::path locate(const std::filesystem::path& file, FileKind kind) const;

    /// Why the located file cannot be used, with the remedy; empty when it can. Nothing of its
    /// content is kept.
    static std::string problem_with(const std::filesystem::path& file, FileKind kind);

private:
    std::filesystem::path folder_;
    std::filesystem::path credentials_directory_;
};

}  // namespace understudy::config
