/// The configuration of `understudy-standin front`.
#pragma once

#include "sandbox/database.hpp"
#include "sandbox/stream.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace understudy::sandbox {

struct FrontSettings {
    std::string plane;
    std::string organization = "tetrate";
    std::string address;
    std::uint16_t api_port = 8443;
    std::uint16_t agents_port = 9443;
    std::shared_ptr<TlsIdentity> api_identity;
    std::shared_ptr<TlsIdentity> expired_identity;
    std::shared_ptr<TlsIdentity> agents_identity;
    std::map<std::string, std::string> passwords;  ///< By user.
    std::set<std::string> tokens;
    std::vector<std::string> clusters;
    DatabaseSettings database;
    std::filesystem::path kube_control;
    std::string kube_cluster;
    std::filesystem::path control;
    std::chrono::milliseconds latency{20};
    std::chrono::milliseconds sync_record{500};

    FrontSettings() = default;
};

/// Reads the file and the certificates, passwords and tokens that it names. Throws SettingsError,
/// or std::runtime_error that names the file at fault.
FrontSettings load_front_settings(const std::filesystem::path& file);

}  // namespace understudy::sandbox
