/// The process: everything that `understudy run` joins together.
#pragma once

#include <filesystem>

namespace understudy {

/// Watches until SIGTERM or SIGINT; SIGHUP reloads the configuration. Returns the process's exit
/// code.
int run_daemon(const std::filesystem::path& config_file);

}  // namespace understudy
