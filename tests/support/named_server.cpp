#include "support/named_server.hpp"

#include "net/dns_query.hpp"

#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"
#include "support/server_process.hpp"

#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

namespace understudy::support {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

Identity bind_user() { return server_identity("bind", "bind9"); }

/// On a machine with AppArmor the packaged named may use no other folder than its own.
fs::path new_folder()
{
    const fs::path home = "/var/cache/bind";
    const fs::path parent = access(home.c_str(), W_OK) == 0 ? home : fs::temp_directory_path();
    std::string pattern = (parent / "understudy-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("mkdtemp failed below " + parent.string());
    hand_over(pattern, bind_user());
    return pattern;
}

std::string settings(const fs::path& folder, std::uint16_t port)
{
    const auto home = folder.string();
    return NamedServer::key_statement() + "options { directory \"" + home + "\"; listen-on port " +
           std::to_string(port) +
           " { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile none; "
           "recursion no; dnssec-validation no; notify no; minimal-responses yes; };\n"
           "controls { };\n"
           "zone \"tsb.test\" { type primary; file \"tsb.test.zone\"; update-policy { "
           "grant understudy name active.tsb.test. CNAME; "
           "grant understudy subdomain _understudy.active.tsb.test. TXT; }; };\n";
}

constexpr auto zone = "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 5\n@ NS ns\nns A 127.0.0.1\n"
                      "east A 192.0.2.1\nwest A 192.0.2.2\nactive 5 CNAME east\n";

bool answers(std::uint16_t port)
{
    boost::asio::io_context io{1};
    net::DnsQuestion question;
    question.name = "active.tsb.test";
    const boost::asio::ip::udp::endpoint server(boost::asio::ip::address_v4::loopback(), port);
    return run_coroutine(io, net::ask_server(server, question, 300ms)).reason == core::Reason::none;
}

}  // namespace

std::string NamedServer::key_secret() { return "b25seSBmb3IgdGVzdHMsIG5ldmVyIGZvciBhIHNpdGU="; }

std::string NamedServer::key_statement()
{
    return "key \"understudy\" {\n\talgorithm hmac-sha256;\n\tsecret \"" + key_secret() +
           "\";\n};\n";
}

NamedServer::NamedServer() : folder_(new_folder()), port_(unused_port())
{
    put("named.conf", settings(folder_, port_));
    put("tsb.test.zone", zone);
    start();
}

NamedServer::~NamedServer()
{
    stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void NamedServer::put(const std::string& name, const std::string& text) const
{
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    hand_over(file, bind_user());
}

void NamedServer::start()
{
    const auto log = folder_ / "log";
    process_ = spawn_server(
        {"/usr/sbin/named", "-g", "-n", "1", "-U", "1", "-c", (folder_ / "named.conf").string()},
        bind_user(), log, SIGKILL);
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!answers(port_)) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("named does not answer:\n" + text_of(log));
        poll(nullptr, 0, 20);
    }
}

void NamedServer::stop()
{
    if (process_ < 0)
        return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

std::string NamedServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

}  // namespace understudy::support
