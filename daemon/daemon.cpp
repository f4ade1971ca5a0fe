#include "daemon/daemon.hpp"

#include "config/load.hpp"
#include "daemon/admin_server.hpp"
#include "daemon/admin_verbs.hpp"
#include "daemon/boot_id.hpp"
#include "daemon/cli.hpp"
#include "daemon/clock.hpp"
#include "daemon/engine.hpp"
#include "daemon/executor.hpp"
#include "daemon/health.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/http_server.hpp"
#include "daemon/logging.hpp"
#include "daemon/metrics.hpp"
#include "daemon/monitoring.hpp"
#include "daemon/needs_restart.hpp"
#include "daemon/notifier.hpp"
#include "daemon/options.hpp"
#include "daemon/probe_factory.hpp"
#include "daemon/recorder.hpp"
#include "daemon/status_json.hpp"
#include "daemon/supervise.hpp"
#include "daemon/systemd_notify.hpp"
#include "daemon/version.hpp"
#include "daemon/world_factory.hpp"
#include "net/background.hpp"
#include "store/alert_queue.hpp"
#include "store/journal.hpp"
#include "store/memory.hpp"
#include "store/state_lock.hpp"
#include "store/worker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

/// SIGTERM or SIGINT: ends the tree of tasks.
struct Shutdown : std::exception {};

/// Memory of this process holds credentials.
void keep_secrets_out_of_dumps()
{
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // LeakSanitizer must attach to us.
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

void log_line(core::Severity severity, const std::string& text)
{
    switch (severity) {
    case core::Severity::info: spdlog::info("{}", text); return;
    case core::Severity::warning: spdlog::warn("{}", text); return;
    case core::Severity::critical: spdlog::error("{}", text); return;
    }
}

void print_problems(const std::vector<config::Problem>& problems)
{
    for (const auto& problem : problems)
        fmt::print(stderr, "{}\n", config::format(problem));
}

/// All that a new configuration brings, made before anything of the old one is replaced.
struct Replacement {
    core::ActingSettings acting;
    ProbeSet probes;
    std::vector<Held> held;
    std::unique_ptr<actions::Action> world;
    Notifier::Successors receivers;
};

/// Owns everything that the daemon is made of. One thread runs it; the store has one of its own,
/// and files are read on another.
class Daemon {
public:
    /// `signals` has SIGHUP in it.
    Daemon(
        asio::io_context& context,
        asio::signal_set& signals,
        config::Settings settings,
        std::filesystem::path config_file,
        const SystemdNotify& systemd,
        const Logging& logging);

    void run();

private:
    asio::awaitable<void> main();
    asio::awaitable<void> start();
    asio::awaitable<void> watch_signals();
    asio::awaitable<void> reload();
    asio::awaitable<void> feed_watchdog();
    std::optional<Replacement> prepare(const config::Settings& settings);
    void take_over(config::Settings settings, Replacement fresh);
    void refuse_reload(const std::string& why);
    EnginePorts engine_ports();
    ExecutorPorts executor_ports();
    AdminSources admin_sources();
    asio::awaitable<core::Runs> recall_runs(const std::vector<store::AlertEvent>& firing);
    asio::awaitable<PlanView> plan() const;
    asio::awaitable<core::run_effect::Answer> command(core::run_event::Command command) const;
    actions::WorldTools world_tools();
    MonitoringSources monitoring_sources();
    std::optional<std::string> unready_because() const;
    MetricsInput metrics_input() const;

    asio::io_context& context_;
    asio::signal_set& signals_;
    config::Settings settings_;
    std::filesystem::path config_file_;
    const SystemdNotify& systemd_;
    const Logging& logging_;
    store::StateLock lock_;
    asio::thread_pool files_{1};
    store::Worker worker_;
    store::Memory memory_;
    store::AlertQueue alert_queue_;
    net::Resolver resolver_;
    net::HttpClient http_;
    NotifierCounters notifier_counters_;
    HeartbeatCounters heartbeat_counters_;
    Notifier notifier_;
    Recorder recorder_;
    store::Journal journal_;
    Metrics metrics_;
    HttpServer http_server_;
    AdminVerbs admin_verbs_;
    AdminServer admin_server_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Executor> executor_;
    std::unique_ptr<Heartbeat> heartbeat_;
    std::optional<ProgressReader> heartbeat_progress_;
};

core::WallTime wall_now() { return read_clocks().wall; }

Daemon::Daemon(
    asio::io_context& context,
    asio::signal_set& signals,
    config::Settings settings,
    std::filesystem::path config_file,
    const SystemdNotify& systemd,
    const Logging& logging)
    : context_(context),
      signals_(signals),
      settings_(std::move(settings)),
      config_file_(std::move(config_file)),
      systemd_(systemd),
      logging_(logging),
      lock_(settings_.state_directory),
      worker_(store::Database::open(database_in(settings_.state_directory))),
      memory_(worker_),
      alert_queue_(worker_, store::AlertQueueOptions()),
      resolver_(context_.get_executor()),
      http_(resolver_),
      notifier_(
          context_.get_executor(),
          alert_queue_,
          http_,
          notifier_options(settings_),
          wall_now,
          log_line,
          notifier_counters_),
      recorder_(
          context_.get_executor(),
          worker_,
          memory_,
          notifier_,
          settings_.watch.observer,
          [this](const std::string& why) { engine_->store_failed(why); }),
      journal_(journal_in(settings_)),
      metrics_(version, wall_now()),
      http_server_(
          context_.get_executor(),
          listen_options(settings_.listen),
          monitoring_endpoints(monitoring_sources())),
      admin_verbs_(admin_sources()),
      admin_server_(
          context_.get_executor(),
          admin_options(settings_.admin),
          [this](Principal principal, AdminRequest request) {
              return admin_verbs_.answer(principal, std::move(request));
          })
{
    if (settings_.heartbeat) {
        heartbeat_ = std::make_unique<Heartbeat>(
            context_.get_executor(), http_, *settings_.heartbeat,
            [this] { return heartbeat_progress_->has_progressed(); }, wall_now,
            heartbeat_counters_);
    }
}

void Daemon::run()
{
    std::exception_ptr failure;
    asio::co_spawn(context_, main(), [&failure](std::exception_ptr error) { failure = error; });
    context_.run();
    systemd_.stopping();
    try {
        if (failure)
            std::rethrow_exception(failure);
    } catch (const Shutdown&) {
        spdlog::info("stopped");
    }
}

asio::awaitable<void> Daemon::main()
{
    co_await start();
    // Until here there was nothing to end in order.
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    std::vector<asio::awaitable<void>> tasks;
    tasks.push_back(engine_->run());
    tasks.push_back(executor_->run());
    tasks.push_back(recorder_.run());
    tasks.push_back(notifier_.run());
    tasks.push_back(http_server_.run());
    tasks.push_back(admin_server_.run());
    tasks.push_back(watch_signals());
    tasks.push_back(feed_watchdog());
    if (heartbeat_)
        tasks.push_back(heartbeat_->run());
    co_await supervise(std::move(tasks));
}

asio::awaitable<void> Daemon::start()
{
    const auto remembered = co_await memory_.load_all();
    std::vector<core::MemoryEntry> entries(remembered.begin(), remembered.end());
    const auto firing = co_await notifier_.firing();

    core::Watch watch(settings_.watch, entries, read_clocks());
    for (const auto& event : firing) {
        if (!core::Runs::is_alert_of_runs(event.name))
            watch.recall_alert(alert_of(event), event.starts_at);
    }
    auto runs = co_await recall_runs(firing);
    const auto active = runs.ledger().active();
    const ProbeTools tools{context_.get_executor(), resolver_, http_};
    metrics_.configure(settings_.watch.probes);
    engine_ = std::make_unique<Engine>(
        context_.get_executor(), std::move(watch), make_probes(settings_, tools),
        make_held(settings_, tools), engine_ports());
    heartbeat_progress_.emplace(engine_->progress());
    executor_ = std::make_unique<Executor>(
        context_.get_executor(), std::move(runs), journal_, make_world_of(settings_, world_tools()),
        executor_ports());
    // The journal is ahead of the memory when we were killed between the two.
    if (!active.empty())
        engine_->roles_moved(active);
    spdlog::info(
        "understudy {} watches {} and {} with {} probes, mode {}", version,
        settings_.watch.planes.front().name, settings_.watch.planes.back().name,
        settings_.probes.size(), core::name_of(settings_.watch.mode));
}

asio::awaitable<core::Runs> Daemon::recall_runs(const std::vector<store::AlertEvent>& firing)
{
    const auto journal = co_await journal_.load();
    const core::Process process{boot_id(), new_process_id()};
    core::Runs runs(
        acting_settings(settings_), process, net::sha256_hex, journal.records, journal.problem,
        read_clocks());
    for (const auto& event : firing) {
        if (core::Runs::is_alert_of_runs(event.name))
            runs.recall_alert(alert_of(event), event.starts_at);
    }
    co_return runs;
}

actions::WorldTools Daemon::world_tools() { return {http_, resolver_, context_.get_executor()}; }

ExecutorPorts Daemon::executor_ports()
{
    return {
        [this](const core::AlertChange& change) { recorder_.tell(change); }, log_line,
        [this](const core::Acting& acting) { engine_->acting_changed(acting); },
        [this](const std::string& active) { engine_->roles_moved(active); }};
}

AdminSources Daemon::admin_sources()
{
    return {
        [this] { return engine_->report(); },
        [this] { return executor_->report(); },
        [this] { return plan(); },
        [this](core::run_event::Command asked) { return command(std::move(asked)); },
        [this] {
            std::vector<std::string> names;
            for (const auto& plane : settings_.watch.planes)
                names.push_back(plane.name);
            return names;
        },
        [this] { return engine_->settings(); }};
}

asio::awaitable<PlanView> Daemon::plan() const
{
    const auto decision = engine_->decision();
    PlanView view;
    view.plan = executor_->runs().plan_now(decision);
    view.last_seen = decision.last_seen;
    view.suspected_at = decision.suspected_at;
    view.hash = executor_->runs().hash_of_plan(view.plan);
    if (const auto closed = engine_->closed_for("failover"); !closed.empty())
        view.obstacles.push_back(closed);
    view.checks = co_await executor_->rehearse(view.plan);
    co_return view;
}

asio::awaitable<core::run_effect::Answer> Daemon::command(core::run_event::Command command) const
{
    command.decision = engine_->decision();
    command.closed_gates = engine_->closed_for(command.verb);
    co_return co_await executor_->ask(std::move(command));
}

EnginePorts Daemon::engine_ports()
{
    return {
        [this](std::vector<core::MemoryEntry> entries) { recorder_.remember(std::move(entries)); },
        [this](const core::AlertChange& change) { recorder_.tell(change); },
        [this](core::Severity severity, const std::string& text) {
            log_line(severity, text);
            // Each change of a signal is a line: so none is missed between two scrapes.
            metrics_.note_states(engine_->report().signals);
        },
        [this](const std::string& id, const core::Outcome& outcome, core::Duration lag) {
            metrics_.probe_finished(id, outcome, lag, wall_now());
        },
        [this] {
            if (executor_)
                executor_->told(engine_->picture(), engine_->due());
        }};
}

asio::awaitable<void> Daemon::watch_signals()
{
    systemd_.ready();
    while (true) {
        const int number = co_await signals_.async_wait(asio::use_awaitable);
        if (number != SIGHUP) {
            spdlog::info("stopping on signal {}", number);
            // Who asks twice does not want it in order.
            signals_.remove(SIGTERM);
            signals_.remove(SIGINT);
            throw Shutdown();
        }
        co_await reload();
    }
}

asio::awaitable<void> Daemon::reload()
{
    systemd_.reloading();
    config::LoadResult loaded;
    std::function<void()> load = [&] { loaded = config::load(config_file_); };
    co_await net::run_in_background(files_, std::move(load));
    for (const auto& problem : loaded.problems)
        spdlog::error("{}", config::format(problem));
    if (!loaded.settings)
        refuse_reload("the configuration has problems");
    else if (const auto what = needs_restart(settings_, *loaded.settings); !what.empty())
        refuse_reload(what + " changed, which needs a restart");
    else if (auto fresh = prepare(*loaded.settings))
        take_over(std::move(*loaded.settings), std::move(*fresh));
    systemd_.ready();
}

/// Files may be missing or of no use: whatever can fail is here, and nothing shows yet.
std::optional<Replacement> Daemon::prepare(const config::Settings& settings)
{
    try {
        const ProbeTools tools{context_.get_executor(), resolver_, http_};
        Replacement fresh;
        fresh.acting = acting_settings(settings);
        fresh.probes = make_probes(settings, tools);
        fresh.held = make_held(settings, tools);
        fresh.world = make_world_of(settings, world_tools());
        fresh.receivers = notifier_.prepare(notifier_options(settings));
        return fresh;
    } catch (const std::exception& error) {
        refuse_reload(error.what());
        return std::nullopt;
    }
}

/// What fails here all the same ends the process: it must not go on with half a configuration.
void Daemon::take_over(config::Settings settings, Replacement fresh)
{
    settings_ = std::move(settings);
    Logging::set_level(settings_.log.level);
    metrics_.configure(settings_.watch.probes);
    notifier_.reload(std::move(fresh.receivers));
    engine_->reload(settings_.watch, std::move(fresh.probes), std::move(fresh.held));
    executor_->reload(std::move(fresh.acting), std::move(fresh.world));
    metrics_.config_reloaded(true, wall_now());
}

void Daemon::refuse_reload(const std::string& why)
{
    spdlog::error("reload refused, nothing changed: {}", why);
    metrics_.config_reloaded(false, wall_now());
}

asio::awaitable<void> Daemon::feed_watchdog()
{
    const auto period = systemd_.watchdog_period();
    ProgressReader reader(engine_->progress());
    asio::steady_timer timer(context_);
    while (true) {
        timer.expires_after(period.value_or(std::chrono::seconds(5)));
        co_await timer.async_wait(asio::use_awaitable);
        if (!reader.has_progressed())
            continue;
        systemd_.kick_watchdog();
        metrics_.watchdog_kicked(wall_now());
    }
}

MonitoringSources Daemon::monitoring_sources()
{
    return {
        [this] { return metrics_.render(engine_->report(), metrics_input()); },
        [this] { return unready_because(); }};
}

std::optional<std::string> Daemon::unready_because() const
{
    const auto now = read_clocks().instant;
    std::vector<std::optional<std::string>> reasons{
        engine_->progress().stuck(now), recorder_.stuck(now), executor_->journal_stuck(now)};
    // Where nothing is ever done, nobody waits for the executor.
    if (settings_.watch.mode != core::Mode::observe)
        reasons.push_back(executor_->progress().stuck(now));
    return lines_of(reasons);
}

MetricsInput Daemon::metrics_input() const
{
    MetricsInput input;
    input.probes_in_flight = engine_->probes_in_flight();
    input.log_lines_dropped = logging_.dropped();
    input.notifications = notifier_counters_;
    if (executor_)
        input.runs = executor_->report();
    if (heartbeat_)
        input.heartbeat = heartbeat_counters_;
    return input;
}

}  // namespace

int run_daemon(const std::filesystem::path& config_file)
{
    asio::io_context context{1};
    // A SIGHUP that comes before anybody waits for it is a reload after the start, and not the end
    // of a start in its middle. systemd sends none before READY=1; people and scripts may.
    asio::signal_set signals(context, SIGHUP);
    keep_secrets_out_of_dumps();
    auto loaded = config::load(config_file);
    print_problems(loaded.problems);
    if (!loaded.settings)
        return static_cast<int>(ExitCode::bad_config);
    // Before there are other threads: it changes the environment.
    const auto systemd = SystemdNotify::from_environment();
    const Logging logging(loaded.settings->log);
    try {
        Daemon daemon(context, signals, std::move(*loaded.settings), config_file, systemd, logging);
        daemon.run();
        return static_cast<int>(ExitCode::ok);
    } catch (const std::exception& error) {
        spdlog::critical("{}", error.what());
        return static_cast<int>(ExitCode::failed);
    }
}

}  // namespace understudy
