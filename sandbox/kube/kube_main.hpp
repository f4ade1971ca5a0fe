/// The subcommand `kube`.
#pragma once

#include <boost/asio/io_context.hpp>

#include <filesystem>

namespace understudy::sandbox {

/// Sets everything up to run on `io`; throws SettingsError or std::runtime_error.
void start_kube(boost::asio::io_context& io, const std::filesystem::path& config);

}  // namespace understudy::sandbox
