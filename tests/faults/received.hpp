/// What the sandbox's webhook receiver was told.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// One delivery of one alert.
struct Received {
    std::string id;  ///< webhook-id
    std::string name;
    std::string subject;
    std::string status;  ///< `firing` or `resolved`
    std::string starts_at;
    bool is_signed = false;    ///< Its signature is the secret's, computed here.
    bool is_accepted = false;  ///< The receiver answered 2xx.

    /// What happened; every event is told once, however often it is tried.
    std::string event() const { return name + " " + subject + " " + status + " " + starts_at; }
};

/// Every request in `file` (hooks/received.jsonl), checked against the secret of `secret_file`.
std::vector<Received> read_received(
    const std::filesystem::path& file, const std::filesystem::path& secret_file);

}  // namespace understudy::sandbox
