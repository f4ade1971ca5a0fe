/// The subcommand `canary`: something independent that can be reached.
#pragma once

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <string>

namespace understudy::sandbox {

struct CanarySettings {
    std::string address;
    std::uint16_t port = 0;
    std::filesystem::path certificate;  ///< Empty: plain TCP.
    std::filesystem::path key;

    CanarySettings() = default;
};

/// Accepts connections and answers every HTTP request with 204.
void start_canary(boost::asio::io_context& io, const CanarySettings& settings);

}  // namespace understudy::sandbox
