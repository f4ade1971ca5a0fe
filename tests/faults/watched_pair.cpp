#include "faults/watched_pair.hpp"

#include "daemon/admin_client.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace understudy::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr auto start_deadline = 30s;
constexpr auto end_deadline = 20s;

std::string text_of(const json::value& value)
{
    return value.is_string() ? std::string(value.as_string().c_str()) : std::string{};
}

const json::object& plane_named(const json::object& status, std::string_view name)
{
    for (const auto& plane : status.at("planes").as_array())
        if (text_of(plane.at("name")) == name)
            return plane.as_object();
    throw std::runtime_error("the status has no plane called " + std::string(name));
}

Picture picture_in(json::object status)
{
    const auto& east = plane_named(status, "east");
    Picture picture;
    picture.verdict = text_of(east.at("verdict"));
    picture.reason = text_of(east.at("reason"));
    picture.detail = text_of(east.at("detail"));
    for (std::size_t i = 0; i < picture.classes.size(); ++i) {
        const auto name = core::name_of(static_cast<core::EvidenceClass>(i));
        picture.classes[i] = text_of(east.at("evidence").at(name).at("state"));
    }
    picture.has_failed = !east.at("failed_since").is_null();
    picture.is_bursting = east.at("bursting").as_bool();
    picture.standby_is_ready = status.at("standby").at("ready").as_bool();
    picture.status = std::move(status);
    return picture;
}

// The last of the ids that a process has, one for each process namespace from outside to inside.
std::string innermost_pid(const std::string& outer)
{
    std::ifstream in("/proc/" + outer + "/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("NSpid:"))
            return line.substr(line.find_last_of('\t') + 1);
    return {};
}

// The id, as this process sees it, of the sandbox's process `inner`; -1 when there is none.
pid_t outer_pid(const std::filesystem::path& dir, const std::string& inner)
{
    for (const auto& pid : ProcessNamespace(dir).processes())
        if (innermost_pid(pid) == inner)
            return std::stoi(pid);
    return -1;
}

std::string first_word_of(const std::filesystem::path& file)
{
    std::ifstream in(file);
    std::string word;
    in >> word;
    return word;
}

// A zombie is still there for kill(2).
bool is_alive(pid_t pid)
{
    const auto stat = read_text("/proc/" + std::to_string(pid) + "/stat");
    const auto state = stat.rfind(") ");
    return state != std::string::npos && stat[state + 2] != 'Z';
}

// "8s", "1m30s", "850ms"
std::chrono::milliseconds duration_in(std::string_view text)
{
    std::chrono::milliseconds total{0};
    while (!text.empty()) {
        const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
        const double number = std::stod(std::string(text.substr(0, digits)));
        text.remove_prefix(digits);
        const auto unit = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
        const double factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
        if (factor == 0)
            throw std::runtime_error("not a duration of check-config: " + std::string(unit));
        total += std::chrono::milliseconds(static_cast<std::int64_t>(number * factor));
        text.remove_prefix(unit.size());
    }
    return total;
}

}  // namespace

std::string in_words(const Picture& picture)
{
    std::string words = picture.verdict + " (" + picture.reason + ")";
    for (std::size_t i = 0; i < picture.classes.size(); ++i)
        words += ", " + std::string(core::name_of(static_cast<core::EvidenceClass>(i))) + " " +
                 picture.classes[i];
    words += picture.standby_is_ready ? "" : ", standby not ready";
    return words + (picture.detail.empty() ? "" : "; " + picture.detail);
}

void WatchedPair::start_daemon(DaemonOptions options)
{
    options_ = std::move(options);
    std::vector<std::string> argv{"start", dir().string(), options_.name, "--", "env"};
    argv.insert(argv.end(), options_.environment.begin(), options_.environment.end());
    const auto config = options_.config.empty() ? config_file() : options_.config;
    argv.push_back(options_.program.empty() ? daemon_program() : options_.program);
    argv.insert(argv.end(), {"run", "--config", config.string()});
    const auto started = run(sandbox_command(argv), start_deadline);
    if (started.status != 0)
        throw std::runtime_error("the daemon cannot be started: " + started.output);
    daemon_ = outer_pid(dir(), first_word_of(dir() / "run" / (options_.name + ".pid")));
}

void WatchedPair::signal_daemon(int signal) const
{
    if (daemon_ > 0)
        ::kill(daemon_, signal);
}

void WatchedPair::end_daemon(int signal)
{
    signal_daemon(signal);
    if (!eventually([this] { return !daemon_runs(); }, end_deadline))
        throw std::runtime_error("the daemon does not end; its log: " + log());
    daemon_ = -1;
}

bool WatchedPair::daemon_runs() const { return daemon_ > 0 && is_alive(daemon_); }

std::optional<Picture> WatchedPair::look() const
{
    try {
        return picture_in(ask_daemon(admin_socket(), {{"verb", "status"}}));
    } catch (const DaemonAway&) {
        return std::nullopt;
    }
}

std::optional<json::array> WatchedPair::runs() const
{
    try {
        return ask_daemon(admin_socket(), {{"verb", "history"}}).at("runs").as_array();
    } catch (const DaemonAway&) {
        return std::nullopt;
    }
}

std::optional<json::object> WatchedPair::latest_run() const
{
    const auto all = runs();
    if (!all || all->empty())
        return std::nullopt;
    try {
        return ask_daemon(admin_socket(), {{"verb", "show"}, {"run", all->front().at("run")}});
    } catch (const DaemonAway&) {
        return std::nullopt;
    }
}

std::optional<json::object> WatchedPair::run_ends(std::chrono::milliseconds deadline) const
{
    std::optional<json::object> run;
    const auto has_ended = [&] {
        run = latest_run();
        return run && !run->at("ended_at").is_null();
    };
    return eventually(has_ended, deadline) ? run : std::nullopt;
}

bool WatchedPair::settles(std::chrono::milliseconds deadline)
{
    return sees(
        [](const Picture& seen) {
            return seen.verdict == "healthy" && seen.standby_is_ready && !seen.is_bursting;
        },
        deadline);
}

std::string WatchedPair::last_seen() const
{
    if (!last_)
        return "no daemon answers; its log: " + log();
    return in_words(*last_) + "; standby: " + json::serialize(last_->status.at("standby"));
}

std::string WatchedPair::log() const { return read_text(log_file()); }

std::string WatchedPair::get(const std::string& path) const
{
    return pair_.run_inside({"curl", "--silent", "--max-time", "5", "http://127.0.0.1:9189" + path})
        .output;
}

std::string daemon_program() { return BINARY_DIR "/daemon/understudy"; }

std::chrono::milliseconds worst_case_of(const std::filesystem::path& config)
{
    const auto checked = run({daemon_program(), "check-config", "--config", config}, 30s);
    constexpr std::string_view phrase = "verdict within ";
    std::istringstream lines(checked.output);
    std::chrono::milliseconds longest{0};
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(phrase);
        if (!line.starts_with("east: ") || at == std::string::npos)
            continue;
        const auto from = at + phrase.size();
        longest = std::max(longest, duration_in(line.substr(from, line.find(',', from) - from)));
    }
    if (longest == 0ms)
        throw std::runtime_error("check-config tells no detection time: " + checked.output);
    return longest;
}

std::string read_text(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace understudy::sandbox
