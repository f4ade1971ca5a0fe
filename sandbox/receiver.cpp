#include "sandbox/receiver.hpp"

#include "net/base64.hpp"
#include "net/secret.hpp"
#include "sandbox/control.hpp"
#include "sandbox/server.hpp"
#include "sandbox/tasks.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

std::string hmac_sha256(std::string_view key, std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    HMAC(
        EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), digest.data(),
        &size);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string read_key(const std::filesystem::path& file)
{
    constexpr std::string_view prefix = "whsec_";
    const auto secret = net::read_secret(file);
    auto text = secret.reveal();
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    auto key = net::decode_base64(text);
    if (!key || key->empty())
        throw std::runtime_error(fmt::format("{}: must hold `whsec_` and base64", file.string()));
    return *key;
}

/// Webhooks in, lines out.
class Receiver : public std::enable_shared_from_this<Receiver> {
public:
    Receiver(ReceiverSettings settings, std::string key)
        : settings_(std::move(settings)), key_(std::move(key))
    {}

    asio::awaitable<Response> receive(Request request)
    {
        const auto self = shared_from_this();
        ++requests_;
        const auto signature = judge_signature(request, key_, std::time(nullptr));
        const auto status = next_status(signature);
        append(request, signature, status);
        while (hang_)
            co_await sleep_for(100ms);
        co_return Response(status, "{}");
    }

    json::object command(const json::value& command)
    {
        const auto cmd = text_at(command, "/cmd");
        if (cmd == "state")
            return {{"requests", requests_}};
        if (cmd == "hang") {
            hang_ = boolean_at(command, "/on", true);
        } else if (cmd == "fail") {
            fail_status_ = static_cast<unsigned>(integer_at(command, "/status", 503));
            fail_times_ = integer_at(command, "/times", 1);
        } else {
            throw std::runtime_error(fmt::format("unknown command \"{}\"", cmd));
        }
        return {};
    }

private:
    unsigned next_status(const std::string& signature)
    {
        if (fail_times_ > 0) {
            --fail_times_;
            return fail_status_;
        }
        return signature == "invalid" ? 401 : 200;
    }

    void append(const Request& request, const std::string& signature, unsigned status) const
    {
        json::object headers;
        for (const auto& [name, value] : request.headers)
            headers[name] = value;
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const json::object line{
            {"at", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
            {"method", request.method},
            {"path", request.target},
            {"headers", headers},
            {"body", request.body},
            {"signature", signature},
            {"status", status}};
        std::ofstream file(settings_.file, std::ios::app);
        file << json::serialize(line) << '\n' << std::flush;
        if (!file)
            throw std::runtime_error(fmt::format("{}: cannot be written", settings_.file.string()));
    }

    ReceiverSettings settings_;
    std::string key_;
    std::uint64_t requests_ = 0;
    bool hang_ = false;
    unsigned fail_status_ = 503;
    std::int64_t fail_times_ = 0;
};

}  // namespace

std::string judge_signature(const Request& request, std::string_view key, std::int64_t now_s)
{
    constexpr std::int64_t age_max_s = 300;
    const auto signatures = request.header("webhook-signature");
    if (signatures.empty())
        return "absent";
    const auto timestamp = request.header("webhook-timestamp");
    std::int64_t at = 0;
    std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), at);
    const auto text =
        fmt::format("{}.{}.{}", request.header("webhook-id"), timestamp, request.body);
    const auto wanted = "v1," + base64(hmac_sha256(key, text));
    // Several signatures, separated by spaces, while a secret is being changed.
    const bool listed = (" " + signatures + " ").find(" " + wanted + " ") != std::string::npos;
    return listed && std::abs(now_s - at) <= age_max_s ? "valid" : "invalid";
}

void start_receiver(asio::io_context& io, const ReceiverSettings& settings)
{
    const auto receiver = std::make_shared<Receiver>(settings, read_key(settings.secret_file));
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(settings.address), settings.port);
    const auto server = std::make_shared<Server>(
        io.get_executor(), endpoint, [receiver](std::shared_ptr<Stream> stream) {
            return serve_http(std::move(stream), [receiver](Request request) {
                return receiver->receive(std::move(request));
            });
        });
    server->open();
    if (!settings.control.empty())
        serve_control(io.get_executor(), settings.control, [receiver](const json::value& command) {
            return receiver->command(command);
        });
}

}  // namespace understudy::sandbox
