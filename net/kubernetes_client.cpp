#include "net/kubernetes_client.hpp"

#include "net/boot_clock.hpp"
#include "net/budget.hpp"
#include "net/kept_connection.hpp"
#include "net/kubeconfig.hpp"
#include "net/kubernetes_credentials.hpp"
#include "net/phase_clock.hpp"
#include "net/phase_sum.hpp"
#include "net/printable.hpp"

#include <boost/json/parse.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <array>
#include <optional>
#include <stdexcept>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
namespace fs = std::filesystem;

/// Server-side apply nests `managedFields` as deep as the objects themselves, twice Boost.JSON's
/// default.
constexpr std::size_t json_depth_max = 64;
constexpr std::size_t message_bytes_max = 300;

/// Where the server's URL leads, and the path that goes before every request's.
struct Base {
    HttpTarget target;
    std::string path;
    bool tls = true;
};

/// Boost.URL 1.81 reads `https://name:port` as an empty port and the path `port`.
bool is_usable(const boost::urls::url_view& url)
{
    const bool port_is_right = !url.has_port() || url.port_number() != 0;
    const bool path_is_right = url.encoded_path().empty() || url.encoded_path().starts_with('/');
    return !url.host().empty() && port_is_right && path_is_right && !url.has_userinfo() &&
           !url.has_query();
}

Base base_of(const std::string& server, const fs::path& file)
{
    const auto url = boost::urls::parse_uri(server);
    if (url.has_error() || !is_usable(*url))
        throw std::runtime_error(
            file.string() + ": the cluster's server is not a URL like https://name:6443");
    Base base;
    base.tls = url->scheme_id() == boost::urls::scheme::https;
    base.target.host = url->host_address();
    base.target.port = url->has_port() ? url->port_number() : (base.tls ? 443 : 80);
    base.path = std::string(url->encoded_path());
    return base;
}

std::optional<json::value> parsed(std::string_view text)
{
    json::parse_options options;
    options.max_depth = json_depth_max;
    boost::system::error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error)
        return std::nullopt;
    return value;
}

/// The API server's own words, and whether these are its words at all.
struct ServerStatus {
    bool genuine = false;
    std::string reason;
    std::string message;
};

std::string text_of(const json::object& object, std::string_view key)
{
    const auto* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

/// What the server's limiter of requests in flight answers, in plain text
/// (k8s.io/apiserver/pkg/server/filters/maxinflight.go).
constexpr std::string_view limiter_text = "Too many requests, please try again later.";

ServerStatus status_in(unsigned code, std::string_view body)
{
    ServerStatus status;
    if (code == 429 && body.starts_with(limiter_text)) {
        status.genuine = true;
        status.message = limiter_text;
        return status;
    }
    const auto value = parsed(body);
    if (!value || !value->is_object() || text_of(value->get_object(), "kind") != "Status")
        return status;
    status.genuine = true;
    status.reason = text_of(value->get_object(), "reason");
    status.message = text_of(value->get_object(), "message");
    return status;
}

core::Reason reason_for(unsigned code, const ServerStatus& status)
{
    if (code >= 200 && code < 300)
        return core::Reason::none;
    if (code == 401 || code == 403)
        return core::Reason::credentials;
    if (code == 429)
        return core::Reason::rate_limited;
    return code == 404 && status.genuine && status.reason == "NotFound" ? core::Reason::missing
                                                                        : core::Reason::status;
}

/// A request as its repetitions share it; the credentials and the time left are those of each.
struct Call {
    HttpRequest request;
    std::optional<core::Instant> last_byte;  ///< Set: it is an effect.
    bool as_object = true;

    Call() = default;
};

constexpr std::string_view json_type = "application/json";
constexpr std::string_view metadata_type =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

Call asking(std::string path, std::string_view accept)
{
    Call call;
    call.request.path = std::move(path);
    call.request.headers.emplace_back("Accept", std::string(accept));
    return call;
}

std::string with_timeout(std::string path, core::Duration server_limit)
{
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(server_limit);
    path += path.find('?') == std::string::npos ? "?timeout=" : "&timeout=";
    return path + (limit.count() % 1000 == 0 ? std::to_string(limit.count() / 1000) + "s"
                                             : std::to_string(limit.count()) + "ms");
}

Call effect(KubernetesRequest request, const EffectLimits& limits)
{
    Call call = asking(with_timeout(std::move(request.path), limits.server_limit), json_type);
    call.request.method = std::move(request.method);
    call.request.body = std::move(request.body);
    if (!call.request.body.empty())
        call.request.headers.emplace_back("Content-Type", std::move(request.content_type));
    call.last_byte = limits.deadline;
    return call;
}

/// May the request be repeated with other credentials? An effect only when it is certain that the
/// first try did nothing: a proxy's 401 may come after the API server did what it was asked.
bool is_worth_another_identity(const KubernetesReply& reply, const Call& call)
{
    return reply.http.status == 401 && (!call.last_byte || reply.from_api_server);
}

/// When the files behind a TLS context were last written; a change means that they were rotated.
using Stamps = std::array<fs::file_time_type, 3>;

Stamps stamps_of(const TlsOptions& tls)
{
    Stamps stamps{};
    const std::array<const fs::path*, 3> files{&tls.ca_file, &tls.certificate_file, &tls.key_file};
    for (std::size_t i = 0; i < files.size(); ++i) {
        std::error_code ignored;
        if (!files[i]->empty())
            stamps[i] = fs::last_write_time(*files[i], ignored);
    }
    return stamps;
}

}  // namespace

struct KubernetesClient::Impl {
    Impl(HttpClient& client, const KubernetesOptions& options)
        : http(client),
          config(read_kubeconfig(options.kubeconfig, options.context)),
          base(base_of(config.server, options.kubeconfig)),
          credentials(config)
    {
        base.target.kept = std::make_shared<KeptConnection>();
        if (base.tls)
            renew_tls();
    }

    asio::awaitable<KubernetesReply> fetch(Call call, core::Duration timeout);
    asio::awaitable<KubernetesReply> fetch_as(
        const KubernetesIdentity& identity, const Call& call, Budget budget);

    HttpTarget target_for(const KubernetesIdentity& identity);
    void renew_tls();
    void judge(KubernetesReply& reply, const Call& call) const;

    HttpClient& http;
    Kubeconfig config;
    Base base;
    KubernetesCredentials credentials;
    Stamps stamps{};
};

void KubernetesClient::Impl::renew_tls()
{
    stamps = stamps_of(config.tls);
    base.target.tls = std::make_shared<const TlsContext>(config.tls);
}

/// A plugin may hand out certificates that live for minutes, so such a context is made per request.
HttpTarget KubernetesClient::Impl::target_for(const KubernetesIdentity& identity)
{
    if (!base.tls)
        return base.target;
    if (stamps_of(config.tls) != stamps)
        renew_tls();
    auto target = base.target;
    if (identity.certificate_pem.empty())
        return target;
    auto tls = config.tls;
    tls.certificate_pem = identity.certificate_pem;
    tls.key_pem = identity.key_pem;
    target.tls = std::make_shared<const TlsContext>(tls);
    return target;
}

void KubernetesClient::Impl::judge(KubernetesReply& reply, const Call& call) const
{
    const auto& path = call.request.path;
    const auto where = config.server + path.substr(0, path.find('?'));
    reply.reason = reply.http.reason;
    reply.detail = where + ": " + reply.http.detail;
    if (reply.reason != core::Reason::none)
        return;

    const bool good = reply.http.status >= 200 && reply.http.status < 300;
    const auto status = good ? ServerStatus{} : status_in(reply.http.status, reply.http.body);
    reply.from_api_server = status.genuine;
    reply.reason = reason_for(reply.http.status, status);
    reply.detail = where + ": " + std::to_string(reply.http.status);
    if (!status.message.empty())
        reply.detail += " " + printable(status.message, message_bytes_max);
    if (!good || !call.as_object)
        return;
    auto object = parsed(reply.http.body);
    if (object && object->is_object()) {
        reply.object = std::move(*object);
        return;
    }
    reply.reason = core::Reason::json;
    reply.detail += ", but the body is not a JSON object";
}

asio::awaitable<KubernetesReply> KubernetesClient::Impl::fetch_as(
    const KubernetesIdentity& identity, const Call& call, Budget budget)
{
    KubernetesReply reply;
    HttpTarget target;
    try {
        target = target_for(identity);
    } catch (const std::runtime_error& error) {
        reply.reason = core::Reason::credentials;
        reply.detail = config.server + ": " + error.what();
        co_return reply;
    }
    HttpRequest request = call.request;
    request.path = base.path + request.path;
    if (!identity.token.empty())
        request.headers.emplace_back(
            "Authorization", "Bearer " + std::string(identity.token.reveal()));
    HttpLimits limits;
    limits.timeout = budget.remaining();
    limits.last_byte = call.last_byte;
    limits.body_bytes_max = call.as_object ? object_bytes_max : text_bytes_max;

    reply.http = co_await http.exchange(std::move(target), std::move(request), limits);
    judge(reply, call);
    co_return reply;
}

asio::awaitable<KubernetesReply> KubernetesClient::Impl::fetch(Call call, core::Duration timeout)
{
    const Budget budget(timeout);
    KubernetesReply reply;
    std::vector<core::PhaseTime> phases;
    PhaseClock asking(core::Phase::auth);
    auto identity = co_await credentials.current(budget);
    add_phases(phases, asking.phases());
    // A second try only with something else in hand: the same answer would be refused again, and
    // each refusal is a line in somebody's audit log.
    for (int tries_left = 2; tries_left > 0; --tries_left) {
        if (!identity.error.empty()) {
            reply.reason = core::Reason::credentials;
            reply.detail = config.server + ": " + identity.error;
            break;
        }
        reply = co_await fetch_as(identity, call, budget);
        add_phases(phases, reply.http.phases);
        if (!is_worth_another_identity(reply, call))
            break;
        credentials.refused(identity);
        PhaseClock asking_again(core::Phase::auth);
        auto renewed = co_await credentials.current(budget);
        add_phases(phases, asking_again.phases());
        if (renewed.shows_the_same_as(identity))
            break;
        identity = std::move(renewed);
    }
    reply.http.phases = std::move(phases);
    co_return reply;
}

KubernetesClient::KubernetesClient(HttpClient& http, const KubernetesOptions& options)
    : impl_(std::make_unique<Impl>(http, options))
{}

KubernetesClient::~KubernetesClient() = default;

asio::awaitable<KubernetesReply> KubernetesClient::get(std::string path, core::Duration timeout)
{
    return impl_->fetch(asking(std::move(path), json_type), timeout);
}

asio::awaitable<KubernetesReply> KubernetesClient::get_metadata(
    std::string path, core::Duration timeout)
{
    return impl_->fetch(asking(std::move(path), metadata_type), timeout);
}

asio::awaitable<KubernetesReply> KubernetesClient::get_text(
    std::string path, core::Duration timeout)
{
    auto call = asking(std::move(path), "*/*");
    call.as_object = false;
    return impl_->fetch(std::move(call), timeout);
}

asio::awaitable<KubernetesReply> KubernetesClient::send(
    KubernetesRequest request, EffectLimits limits)
{
    return impl_->fetch(effect(std::move(request), limits), until(limits.deadline));
}

const std::string& KubernetesClient::server() const noexcept { return impl_->config.server; }

}  // namespace understudy::net
