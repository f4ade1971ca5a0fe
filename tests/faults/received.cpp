#include "faults/received.hpp"

#include "net/base64.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace understudy::sandbox {

namespace json = boost::json;

namespace {

std::string text_at(const json::value& object, std::string_view key)
{
    const auto* value = object.as_object().if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string().c_str())
                                                  : std::string{};
}

std::string read_key(const std::filesystem::path& file)
{
    constexpr std::string_view prefix = "whsec_";
    std::ifstream in(file);
    std::string text;
    in >> text;
    if (!text.starts_with(prefix))
        throw std::runtime_error(file.string() + " does not hold a webhook secret");
    return net::decode_base64(text.substr(prefix.size())).value_or(std::string{});
}

std::string hmac_sha256(const std::string& key, const std::string& text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(), key.data(), static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

// Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
bool is_signed(const json::value& headers, const std::string& body, const std::string& key)
{
    const auto signature = text_at(headers, "webhook-signature");
    const auto text =
        text_at(headers, "webhook-id") + "." + text_at(headers, "webhook-timestamp") + "." + body;
    return signature.starts_with("v1,") &&
           net::decode_base64(signature.substr(3)) == hmac_sha256(key, text);
}

Received received_in(const json::value& request, const std::string& key)
{
    const auto& headers = request.at("headers");
    const auto body = text_at(request, "body");
    const auto alert = json::parse(body).at("alerts").at(0);
    Received received;
    received.id = text_at(headers, "webhook-id");
    received.name = text_at(alert.at("labels"), "alertname");
    received.subject = text_at(alert.at("labels"), "subject");
    received.status = text_at(alert, "status");
    received.starts_at = text_at(alert, "startsAt");
    received.is_signed = is_signed(headers, body, key);
    received.is_accepted = request.at("status").as_int64() / 100 == 2;
    return received;
}

}  // namespace

std::vector<Received> read_received(
    const std::filesystem::path& file, const std::filesystem::path& secret_file)
{
    const auto key = read_key(secret_file);
    std::ifstream in(file);
    std::vector<Received> all;
    // A line without its end is still being written.
    for (std::string line; std::getline(in, line) && !in.eof();)
        all.push_back(received_in(json::parse(line), key));
    return all;
}

}  // namespace understudy::sandbox
