#include "server.hpp"

#include "net/http_client.hpp"
#include "net/kubernetes_client.hpp"
#include "net/resolver.hpp"

#include "support/authority.hpp"
#include "support/run_coroutine.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

#include "own_network.hpp"

namespace understudy::kubernetes {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto api_server_url = "https://127.0.0.1:6443";
constexpr auto etcd_url = "http://127.0.0.1:2379";
constexpr auto etcd_peer_url = "http://127.0.0.1:2380";
constexpr auto admin_token = "admin-token";
constexpr auto stranger_token = "stranger-token";
constexpr auto start_within = 90s;

support::Identity owner() { return support::server_identity("nobody", "base-passwd"); }

fs::path new_folder()
{
    std::string pattern = (fs::temp_directory_path() / "understudy-kubernetes-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("mkdtemp failed for " + pattern);
    support::hand_over(pattern, owner());
    return pattern;
}

/// Where scripts/kubernetes keeps what it built.
std::string program(const std::string& name)
{
    const auto* cache = std::getenv("UNDERSTUDY_CACHE");
    const auto file =
        fs::path(cache == nullptr ? "/var/cache/understudy" : cache) / "kubernetes-1.20" / name;
    if (!fs::exists(file))
        throw std::runtime_error(file.string() + " is not there; run: sudo scripts/kubernetes");
    return file.string();
}

/// `user`: the fields of who asks.
std::string kubeconfig_text(const fs::path& authority, const std::string& user)
{
    return std::string("apiVersion: v1\nkind: Config\ncurrent-context: east\n") +
           "contexts: [{name: east, context: {cluster: east, user: u}}]\n"
           "clusters: [{name: east, cluster: {server: '" +
           api_server_url + "', certificate-authority: '" + authority.string() +
           "'}}]\nusers: [{name: u, user: {" + user + "}}]\n";
}

/// Leaves its process id taken, so that ending it later cannot hit another process.
bool has_ended(pid_t process)
{
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid == process;
}

std::string last_lines(const fs::path& log)
{
    constexpr std::size_t bytes_max = 2000;
    auto text = support::text_of(log);
    if (text.size() > bytes_max)
        text.erase(0, text.size() - bytes_max);
    return log.filename().string() + ":\n" + text + "\n";
}

}  // namespace

Server::Server() : folder_(new_folder())
{
    try {
        write_files();
        start(
            "etcd", {"/usr/bin/etcd", "--data-dir", (folder_ / "etcd").string(),
                     "--listen-client-urls", etcd_url, "--advertise-client-urls", etcd_url,
                     "--listen-peer-urls", etcd_peer_url, "--initial-advertise-peer-urls",
                     etcd_peer_url, "--initial-cluster", std::string("default=") + etcd_peer_url});
        start_api_server();
        wait_until_ready();
        start_controllers();
    } catch (...) {
        stop();
        throw;
    }
}

Server::~Server() { stop(); }

void Server::stop() noexcept
{
    for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
        kill(*process, SIGKILL);
        waitpid(*process, nullptr, 0);
    }
    processes_.clear();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Server::put(const std::string& name, const std::string& text) const
{
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    support::hand_over(file, owner());
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

void Server::write_files() const
{
    support::LeafWish server;
    server.names = {"IP:127.0.0.1", "DNS:kubernetes.default.svc"};
    const auto identity = authority_.issue(server);
    put("ca.pem", authority_.certificate());
    put("server.pem", identity.certificate);
    put("server.key", identity.key);

    support::LeafWish issuer;
    issuer.names = {"DNS:service-accounts"};
    const auto accounts = authority_.issue(issuer);
    put("accounts.pem", accounts.certificate);
    put("accounts.key", accounts.key);
    put("tokens.csv", std::string(admin_token) + ",admin,admin,system:masters\n" + stranger_token +
                          ",stranger,stranger\n");
    put("admin.kubeconfig",
        kubeconfig_text(folder_ / "ca.pem", std::string("token: ") + admin_token));
    put("stranger.kubeconfig",
        kubeconfig_text(folder_ / "ca.pem", std::string("token: ") + stranger_token));
}

fs::path Server::certified(std::chrono::seconds lifetime) const
{
    support::LeafWish wish;
    wish.ends = lifetime;
    const auto identity = authority_.issue(wish);
    put("client.pem", identity.certificate);
    put("client.key", identity.key);
    const auto file = [this](const char* name) { return (folder_ / name).string(); };
    put("certified.kubeconfig",
        kubeconfig_text(
            folder_ / "ca.pem", "client-certificate: '" + file("client.pem") + "', client-key: '" +
                                    file("client.key") + "'"));
    return folder_ / "certified.kubeconfig";
}

void Server::start(const std::string& name, std::vector<std::string> argv)
{
    const support::Environment environment{{"HOME", folder_.string()}};
    processes_.push_back(
        support::spawn_server(argv, owner(), folder_ / (name + ".log"), SIGKILL, environment));
}

/// Pods need no service account here: nothing runs in them.
void Server::start_api_server()
{
    const auto in_folder = [this](const char* name) { return (folder_ / name).string(); };
    start(
        "kube-apiserver",
        {program("kube-apiserver"), std::string("--etcd-servers=") + etcd_url,
         "--bind-address=127.0.0.1", "--secure-port=6443",
         std::string("--advertise-address=") + pod_address,
         "--tls-cert-file=" + in_folder("server.pem"),
         "--tls-private-key-file=" + in_folder("server.key"),
         "--cert-dir=" + in_folder("certificates"), "--authorization-mode=RBAC",
         "--token-auth-file=" + in_folder("tokens.csv"), "--client-ca-file=" + in_folder("ca.pem"),
         "--service-account-issuer=https://understudy.test",
         "--service-account-key-file=" + in_folder("accounts.pem"),
         "--service-account-signing-key-file=" + in_folder("accounts.key"),
         "--service-cluster-ip-range=10.0.0.0/24", "--disable-admission-plugins=ServiceAccount"});
}

void Server::start_controllers()
{
    const auto in_folder = [this](const char* name) { return (folder_ / name).string(); };
    start(
        "kube-controller-manager",
        {program("kube-controller-manager"), "--kubeconfig=" + in_folder("admin.kubeconfig"),
         "--controllers=deployment,replicaset,job,cronjob,garbagecollector,namespace,"
         "serviceaccount,serviceaccount-token",
         "--service-account-private-key-file=" + in_folder("accounts.key"),
         "--root-ca-file=" + in_folder("ca.pem"), "--leader-elect=false", "--port=0",
         "--secure-port=0"});
}

void Server::wait_until_ready() const
{
    boost::asio::io_context io{1};
    net::Resolver resolver(io.get_executor());
    net::HttpClient http(resolver);
    net::KubernetesOptions options;
    options.kubeconfig = admin();
    net::KubernetesClient client(http, options);
    const auto end = std::chrono::steady_clock::now() + start_within;
    for (;;) {
        const auto reply = support::run_coroutine(io, client.get_text("/readyz", 5s));
        if (reply.http.status == 200)
            return;
        if (has_ended(processes_.back()) || std::chrono::steady_clock::now() > end)
            throw std::runtime_error("kube-apiserver did not become ready:\n" + tail_of_logs());
        poll(nullptr, 0, 50);
    }
}

std::string Server::tail_of_logs() const
{
    return last_lines(folder_ / "etcd.log") + last_lines(folder_ / "kube-apiserver.log");
}

namespace {

std::unique_ptr<Server> shared;

class SharedServer final : public testing::Environment {
public:
    void SetUp() override
    {
        enter_own_network();
        shared = std::make_unique<Server>();
    }
    void TearDown() override { shared.reset(); }
};

[[maybe_unused]] const auto* const registered = testing::AddGlobalTestEnvironment(new SharedServer);

}  // namespace

const Server& server() { return *shared; }

}  // namespace understudy::kubernetes
