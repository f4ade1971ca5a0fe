/// The subcommand `receiver`: where webhooks arrive.
#pragma once

#include "sandbox/http.hpp"
#include "sandbox/json.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <string>

namespace understudy::sandbox {

struct ReceiverSettings {
    std::string address;
    std::uint16_t port = 0;
    std::filesystem::path file;         ///< One JSON line per request is appended.
    std::filesystem::path secret_file;  ///< Of Standard Webhooks: `whsec_` and base64.
    std::filesystem::path control;      ///< Empty: none.

    ReceiverSettings() = default;
};

/// `valid`, `invalid` or `absent`: the signature of a request by the Standard Webhooks
/// specification (HMAC-SHA256 over `id.timestamp.body`, one of several in `webhook-signature`).
/// `key`: the decoded secret. A timestamp more than five minutes off is invalid.
std::string judge_signature(const Request& request, std::string_view key, std::int64_t now_s);

/// Throws std::runtime_error that names the file or the address at fault.
void start_receiver(boost::asio::io_context& io, const ReceiverSettings& settings);

}  // namespace understudy::sandbox
