#include "net/kubernetes_credentials.hpp"

#include "net/deadline.hpp"
#include "net/process.hpp"
#include "net/timestamps.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;

/// A token is renewed this long before its end: longer than any request lives.
constexpr auto renew_before = std::chrono::seconds(30);

core::WallTime wall_now()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string text_at(const json::value& value, std::string_view pointer)
{
    boost::system::error_code error;
    const auto* found = value.find_pointer(pointer, error);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

KubernetesIdentity trouble(std::string text)
{
    KubernetesIdentity identity;
    identity.error = std::move(text);
    return identity;
}

KubernetesIdentity from_file(const std::filesystem::path& file)
{
    KubernetesIdentity identity;
    try {
        identity.token = read_secret(file);
    } catch (const std::runtime_error& error) {
        identity.error = error.what();
    }
    return identity;
}

/// What a plugin is told of its task, by the variable that the interface prescribes.
std::string exec_info(const Kubeconfig& config)
{
    json::object spec{{"interactive", false}};
    if (config.exec->provide_cluster_info)
        spec["cluster"] = {{"server", config.server}, {"tls-server-name", config.tls.server_name}};
    return json::serialize(json::object{
        {"apiVersion", config.exec->api_version}, {"kind", "ExecCredential"}, {"spec", spec}});
}

ProcessOptions plugin_process(const Kubeconfig& config, core::Duration timeout)
{
    ProcessOptions process;
    process.argv = config.exec->argv;
    process.environment = config.exec->environment;
    process.environment.emplace_back("KUBERNETES_EXEC_INFO", exec_info(config));
    process.timeout = timeout;
    return process;
}

/// Neither output nor arguments: both may hold secrets. What went wrong a plugin says on its error
/// output, of which the first line is shown.
std::string failure_of(const Kubeconfig& config, const ProcessResult& result)
{
    constexpr std::size_t line_max = 160;
    auto text = "exec plugin " + config.exec->argv.front() + " " + describe(result);
    const auto line = result.error_output.substr(0, result.error_output.find('\n'));
    if (!line.empty())
        text += ": " + line.substr(0, line_max);
    if (result.end == ProcessEnd::not_started && !config.exec->install_hint.empty())
        text += "; " + config.exec->install_hint.substr(0, line_max);
    return text;
}

ExecCredential answer_of(const Kubeconfig& config, const ProcessResult& result)
{
    if (result.end == ProcessEnd::exited && result.code == 0 && !result.truncated)
        return parse_exec_credential(result.output, config.exec->api_version);
    ExecCredential answer;
    answer.identity.error = failure_of(config, result);
    return answer;
}

}  // namespace

ExecCredential parse_exec_credential(std::string_view text, std::string_view api_version)
{
    ExecCredential answer;
    boost::system::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || text_at(value, "/kind") != "ExecCredential" ||
        text_at(value, "/apiVersion") != api_version) {
        answer.identity.error = "the exec plugin did not print an ExecCredential of " +
                                std::string(api_version) + "; run it by hand to see what it prints";
        return answer;
    }
    answer.identity.token = Secret(text_at(value, "/status/token"));
    answer.identity.certificate_pem = text_at(value, "/status/clientCertificateData");
    answer.identity.key_pem = text_at(value, "/status/clientKeyData");
    answer.expires = parse_rfc3339(text_at(value, "/status/expirationTimestamp"));
    if (answer.identity.token.empty() && answer.identity.certificate_pem.empty())
        answer.identity.error =
            "the exec plugin's ExecCredential holds neither token nor certificate";
    return answer;
}

/// Announces that a plugin is being asked, and wakes who waits for it however the asking ends.
class KubernetesCredentials::Asking {
public:
    Asking(KubernetesCredentials& credentials, const asio::any_io_executor& executor)
        : credentials_(credentials), done_(executor, asio::steady_timer::time_point::max())
    {
        credentials_.asking_ = &done_;
    }
    ~Asking() { credentials_.asking_ = nullptr; }  // the timer's end cancels the waits on it
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

private:
    KubernetesCredentials& credentials_;
    asio::steady_timer done_;
};

bool KubernetesIdentity::shows_the_same_as(const KubernetesIdentity& other) const noexcept
{
    return token.reveal() == other.token.reveal() && certificate_pem == other.certificate_pem;
}

bool KubernetesCredentials::is_fresh() const
{
    return kept_ && (!kept_->expires || *kept_->expires - renew_before > wall_now());
}

void KubernetesCredentials::refused(const KubernetesIdentity& identity)
{
    if (kept_ && kept_->identity.shows_the_same_as(identity))
        kept_.reset();
}

asio::awaitable<KubernetesIdentity> KubernetesCredentials::current(Budget budget)
{
    if (!config_.token_file.empty())
        co_return from_file(config_.token_file);
    if (!config_.token.empty() || !config_.exec) {
        KubernetesIdentity identity;
        identity.token = config_.token;
        co_return identity;
    }
    co_return co_await from_plugin(budget);
}

asio::awaitable<KubernetesIdentity> KubernetesCredentials::from_plugin(Budget budget)
{
    while (!is_fresh() && asking_ != nullptr) {
        auto waiting = wait_for_answer();
        const auto woken = co_await with_deadline(std::move(waiting), budget.remaining());
        if (!woken)
            co_return trouble(
                "exec plugin " + config_.exec->argv.front() +
                " has not answered yet; a longer "
                "timeout of the probe gives it more time");
    }
    if (is_fresh())
        co_return kept_->identity;
    co_return co_await ask_plugin(budget);
}

asio::awaitable<int> KubernetesCredentials::wait_for_answer()
{
    if (asking_ != nullptr)
        co_await asking_->async_wait(asio::as_tuple(asio::use_awaitable));
    co_return 0;
}

asio::awaitable<KubernetesIdentity> KubernetesCredentials::ask_plugin(Budget budget)
{
    const auto executor = co_await asio::this_coro::executor;
    const Asking asking(*this, executor);
    auto process = plugin_process(config_, budget.remaining());
    const auto result = co_await run_process(executor, std::move(process));
    auto answer = answer_of(config_, result);
    auto identity = answer.identity;
    if (identity.error.empty())
        kept_ = std::move(answer);
    co_return identity;
}

}  // namespace understudy::net
