#include "sandbox/stand_in.hpp"

#include "sandbox/control.hpp"
#include "sandbox/front/front.hpp"
#include "sandbox/kube/kube_main.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <stdexcept>

namespace understudy::support {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

std::filesystem::path make_folder()
{
    auto name = (std::filesystem::temp_directory_path() / "standin-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("mkdtemp " + name);
    return name;
}

}  // namespace

StandIn::StandIn() : folder_(make_folder()) { write("ca.pem", authority_.certificate()); }

StandIn::~StandIn()
{
    io_.stop();
    if (thread_.joinable())
        thread_.join();
    std::filesystem::remove_all(folder_);
}

std::string StandIn::write(const std::string& name, const std::string& text) const
{
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return name;
}

json::object StandIn::identity(const std::string& name, bool expired) const
{
    LeafWish wish;
    wish.names = {"DNS:localhost", "IP:127.0.0.1"};
    if (expired)
        wish.ends = -60s;
    const auto issued = authority_.issue(wish);
    return {
        {"certificate", write(name + ".pem", issued.certificate)},
        {"key", write(name + ".key", issued.key)}};
}

std::string StandIn::write_kubeconfig(
    const std::string& name, std::uint16_t port, const std::string& token) const
{
    const auto text = fmt::format(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "contexts: [{{name: c, context: {{cluster: k, user: u, namespace: tsb}}}}]\n"
        "clusters: [{{name: k, cluster: {{server: 'https://127.0.0.1:{}', "
        "certificate-authority: '{}'}}}}]\nusers: [{{name: u, user: {{token: {}}}}}]\n",
        port, (folder_ / "ca.pem").string(), token);
    return (folder_ / write(name, text)).string();
}

void StandIn::start(
    const std::string& name,
    const json::value& config,
    const std::function<void(asio::io_context&, const std::filesystem::path&)>& role)
{
    const auto file = folder_ / write(name, json::serialize(config));
    if (!thread_.joinable()) {
        role(io_, file);
        thread_ = std::thread([this] { io_.run(); });
        return;
    }
    std::promise<void> started;
    asio::post(io_, [&] {
        role(io_, file);
        started.set_value();
    });
    started.get_future().get();
}

void StandIn::start_kube(const json::value& config)
{
    start("kube.json", config, sandbox::start_kube);
}

void StandIn::start_front(const json::value& config)
{
    start("front.json", config, sandbox::start_front);
}

net::ProcessResult StandIn::run(std::vector<std::string> argv) const
{
    asio::io_context io;
    net::ProcessOptions options;
    options.argv = std::move(argv);
    options.environment = {{"HOME", folder_.string()}};
    options.timeout = 30s;
    return run_coroutine(io, net::run_process(io.get_executor(), std::move(options)), 40s);
}

json::value StandIn::control(const std::string& socket, const json::value& command) const
{
    asio::io_context io;
    return run_coroutine(io, sandbox::ask_control(folder_ / socket, command, 5s));
}

std::uint16_t free_port()
{
    asio::io_context io;
    const asio::ip::tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
    return asio::ip::tcp::acceptor(io, any).local_endpoint().port();
}

bool eventually(const std::function<bool()>& holds, std::chrono::seconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (holds())
            return true;
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(20ms);  // between two looks at the condition, not in its place
    }
}

}  // namespace understudy::support
