// understudy-standin: what cannot be had of a Management Plane, for the demo and for the tests.
#include "sandbox/canary.hpp"
#include "sandbox/control.hpp"
#include "sandbox/front/front.hpp"
#include "sandbox/kube/kube_main.hpp"
#include "sandbox/receiver.hpp"
#include "sandbox/settings.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <string>

namespace understudy::sandbox {
namespace {

namespace asio = boost::asio;

constexpr int exit_config = 78;

struct Arguments {
    std::string config;
    CanarySettings canary;
    ReceiverSettings receiver;
    std::string socket;
    std::string command;
};

/// Starts a role and runs it until SIGTERM or SIGINT.
int serve(const std::function<void(asio::io_context&)>& start)
{
    asio::io_context io(1);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
    start(io);
    fmt::print("ready\n");
    std::fflush(stdout);
    io.run();
    return 0;
}

asio::awaitable<void> ask_once(std::string socket, std::string command, int& code)
{
    const auto answer =
        co_await ask_control(std::move(socket), json::parse(command), std::chrono::seconds(5));
    fmt::print("{}\n", json::serialize(answer));
    code = boolean_at(answer, "/ok") ? 0 : 1;
}

int ask(const Arguments& arguments)
{
    int code = 1;
    asio::io_context io(1);
    asio::co_spawn(
        io, ask_once(arguments.socket, arguments.command, code), [](std::exception_ptr error) {
            if (error)
                std::rethrow_exception(error);
        });
    io.run();
    return code;
}

void add_listener(CLI::App& app, std::string& address, std::uint16_t& port)
{
    app.add_option("--address", address, "Numeric address to listen on")->required();
    app.add_option("--port", port, "Port to listen on")->required();
}

void add_roles(CLI::App& app, Arguments& arguments)
{
    auto* front = app.add_subcommand("front", "Front envoy, API and Central of one plane");
    front->add_option("--config", arguments.config, "JSON file")->required();
    auto* kube = app.add_subcommand("kube", "Kubernetes API servers and controllers");
    kube->add_option("--config", arguments.config, "JSON file")->required();
    auto* canary = app.add_subcommand("canary", "An independent target");
    add_listener(*canary, arguments.canary.address, arguments.canary.port);
    auto* certificate = canary->add_option("--certificate", arguments.canary.certificate, "PEM");
    auto* key = canary->add_option("--key", arguments.canary.key, "PEM")->needs(certificate);
    certificate->needs(key);
    auto* receiver = app.add_subcommand("receiver", "Receives webhooks");
    add_listener(*receiver, arguments.receiver.address, arguments.receiver.port);
    receiver->add_option("--file", arguments.receiver.file, "Appended to")->required();
    receiver->add_option("--secret-file", arguments.receiver.secret_file, "whsec_...")->required();
    receiver->add_option("--control", arguments.receiver.control, "Control socket");
    auto* control = app.add_subcommand("control", "Sends one command to a control socket");
    control->add_option("socket", arguments.socket, "Control socket")->required();
    control->add_option("command", arguments.command, "JSON")->required();
    app.require_subcommand(1);
}

int run(const CLI::App& app, const Arguments& arguments)
{
    if (app.got_subcommand("front"))
        return serve([&](asio::io_context& io) { start_front(io, arguments.config); });
    if (app.got_subcommand("kube"))
        return serve([&](asio::io_context& io) { start_kube(io, arguments.config); });
    if (app.got_subcommand("canary"))
        return serve([&](asio::io_context& io) { start_canary(io, arguments.canary); });
    if (app.got_subcommand("receiver"))
        return serve([&](asio::io_context& io) { start_receiver(io, arguments.receiver); });
    return ask(arguments);
}

}  // namespace
}  // namespace understudy::sandbox

int main(int argc, char** argv)
{
    using namespace understudy::sandbox;
    Arguments arguments;
    CLI::App app("Stand-in for what cannot be had of a Management Plane");
    add_roles(app, arguments);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(app, arguments);
    } catch (const SettingsError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return exit_config;
    } catch (const std::exception& error) {
        fmt::print(stderr, "understudy-standin: {}\n", error.what());
        return 1;
    }
}
