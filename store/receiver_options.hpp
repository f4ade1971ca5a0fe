/// Who is told about alerts, and who hears that Understudy itself is alive: settings only.
#pragma once

#include "core/time.hpp"
#include "net/tls.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace understudy::store {

enum class ReceiverKind : std::uint8_t {
    webhook,       ///< Alertmanager-shaped body, signed as Standard Webhooks 1.0.0 asks.
    alertmanager,  ///< `POST /api/v2/alerts` below the URL. One receiver for each Alertmanager of a
                   ///< cluster.
};

/// One receiver; its name keys its durable queue, so a renamed receiver starts with an empty one.
struct ReceiverOptions {
    std::string name;
    ReceiverKind kind = ReceiverKind::webhook;
    std::string url;  ///< http or https. May itself be the secret (chat services): never logged.
    /// Signing secrets, `whsec_` and base64 of 24 to 64 bytes each. All sign, so that a receiver
    /// can be moved from one to the next. Empty: not signed. Only for webhooks.
    std::vector<std::filesystem::path> secret_files;
    std::optional<std::filesystem::path> bearer_token_file;
    net::TlsOptions tls;
    core::Duration timeout = std::chrono::seconds(15);
    /// How often a firing alert is told again; unset: 60 s to an Alertmanager, which forgets what
    /// is not repeated, and 4 h to a webhook, behind which there are people.
    std::optional<core::Duration> repeat_interval;

    ReceiverOptions() = default;
};

core::Duration repeat_interval_of(const ReceiverOptions& receiver) noexcept;

/// The dead-man switch: a URL that is called while the decision loop progresses, and not otherwise.
/// The service behind it raises the alarm that Understudy itself cannot raise any more.
struct HeartbeatOptions {
    std::string url;
    std::string method = "POST";  ///< GET or POST.
    core::Duration interval = std::chrono::seconds(60);
    core::Duration timeout = std::chrono::seconds(10);
    std::optional<std::filesystem::path> bearer_token_file;
    net::TlsOptions tls;

    HeartbeatOptions() = default;
    bool operator==(const HeartbeatOptions&) const = default;
};

}  // namespace understudy::store
