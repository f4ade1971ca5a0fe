#include "faults/acting_pair.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <stdexcept>

namespace understudy::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr auto command_deadline = 60s;

std::string trimmed(const std::string& text)
{
    const auto last = text.find_last_not_of(" \n");
    return last == std::string::npos ? std::string() : text.substr(0, last + 1);
}

std::int64_t number_in(const Finished& finished)
{
    return finished.status == 0 ? std::stoll(finished.output) : -1;
}

bool has_heard_every_probe(const Picture& seen)
{
    const auto& gates = seen.status.at("gates").as_array();
    const auto& signals = seen.status.at("signals").as_array();
    return std::ranges::any_of(
               gates,
               [](const json::value& gate) {
                   return gate.at("name") == "warmed_up" && gate.at("open").as_bool();
               }) &&
           std::ranges::none_of(signals, [](const json::value& signal) {
               return signal.at("state") == "unknown" && signal.at("target") != "west";
           });
}

}  // namespace

ActingPair::ActingPair(const std::string& mode, const std::string& variant)
    : WatchedPair({"--profile", "fast", "--mode", mode, "--variant", variant})
{}

void ActingPair::replace_in_config(const std::string& from, const std::string& to)
{
    auto text = read_text(config_file());
    const auto at = text.find(from);
    if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
        throw std::runtime_error(config_file().string() + " must hold once: " + from);
    std::ofstream(config_file()) << text.replace(at, from.size(), to);
}

void ActingPair::shorten_effects()
{
    replace_in_config(
        "deadline = \"8s\"\nserver_limit = \"5s\"", "deadline = \"3s\"\nserver_limit = \"1s\"");
}

void ActingPair::lengthen_fence()
{
    replace_in_config(
        "dark_for = \"5s\"\nstable_for = \"1s\"", "dark_for = \"5s\"\nstable_for = \"4s\"");
}

bool ActingPair::is_watched_by(std::chrono::milliseconds deadline)
{
    return settles(deadline) && sees(has_heard_every_probe, deadline);
}

void ActingPair::switch_fault(
    const std::string& name, const std::string& state, const std::string& plane)
{
    const auto switched = pair().fault(name, state, plane);
    if (switched.status != 0)
        throw std::runtime_error("fault " + name + " " + state + ": " + switched.output);
}

void ActingPair::tell_standin(const std::string& name, const std::string& command)
{
    const auto told =
        run({BINARY_DIR "/sandbox/understudy-standin", "control",
             (dir() / "control" / (name + ".sock")).string(), command},
            command_deadline);
    if (told.status != 0)
        throw std::runtime_error(name + " does not do " + command + ": " + told.output);
}

Finished ActingPair::understudy(std::vector<std::string> words) const
{
    words.insert(words.begin(), daemon_program());
    words.insert(words.end(), {"--socket", admin_socket().string()});
    return run(words, command_deadline);
}

std::vector<Received> ActingPair::told(std::string_view name, std::string_view status) const
{
    auto all = read_received(dir() / "hooks/received.jsonl", dir() / "secrets/webhook");
    std::erase_if(all, [&](const Received& one) {
        return one.name != name || (!status.empty() && one.status != status);
    });
    return all;
}

bool ActingPair::run_is(std::string_view state, std::chrono::milliseconds deadline)
{
    return eventually(
        [&] {
            const auto all = runs();
            return all && !all->empty() && text_of(all->front().as_object(), "state") == state;
        },
        deadline);
}

bool ActingPair::has_attempt_in(const std::string& step, std::chrono::milliseconds deadline)
{
    const auto is_there = [&] {
        const auto run = latest_run();
        return run && !attempts_of(*run, step).empty();
    };
    return eventually(is_there, deadline);
}

bool ActingPair::kill_at_attempt_of(const std::string& step, std::chrono::milliseconds deadline)
{
    if (!has_attempt_in(step, deadline))
        return false;
    end_daemon(SIGKILL);
    return true;
}

Finished ActingPair::kubectl(
    const std::string& cluster, const std::vector<std::string>& words) const
{
    std::vector<std::string> argv{
        "kubectl", "--kubeconfig",
        (dir() / "kubeconfig" / (cluster + ".admin.kubeconfig")).string(), "--request-timeout",
        "2"};
    argv.insert(argv.end(), words.begin(), words.end());
    return pair().run_inside(argv);
}

std::string ActingPair::writers_of(const std::string& plane) const
{
    const auto got = kubectl(
        plane, {"get", "deployments", "tsb", "iam", "-o", "jsonpath={.items[*].spec.replicas}"});
    return got.status == 0 ? trimmed(got.output) : std::string();
}

bool ActingPair::is_fenced(const std::string& plane) const
{
    if (writers_of(plane) != "0 0")
        return false;
    const auto pods = kubectl(plane, {"get", "pods", "-l", "app in (tsb, iam)", "-o", "name"});
    return pods.status == 0 && trimmed(pods.output).empty();
}

Finished ActingPair::sql(
    const std::string& instance, const std::string& database, const std::string& statement) const
{
    return pair().run_inside(
        {"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "psql", "-X",
         "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h",
         (dir() / "run" / ("postgres-" + instance)).string(), "-d", database, "-c", statement});
}

void ActingPair::commit_witness()
{
    const auto committed =
        sql("east-1", "tsb",
            "SET ROLE tsb; CREATE TABLE IF NOT EXISTS witness (id serial PRIMARY KEY); "
            "INSERT INTO witness DEFAULT VALUES");
    if (committed.status != 0)
        throw std::runtime_error("no row can be committed: " + committed.output);
    const auto rows = witnesses_on("east-1");
    if (!eventually([&] { return witnesses_on("west-1") == rows; }, command_deadline))
        throw std::runtime_error("the row does not reach west");
}

std::int64_t ActingPair::witnesses_on(const std::string& instance) const
{
    return number_in(sql(instance, "tsb", "SELECT count(*) FROM witness"));
}

bool ActingPair::is_writable(const std::string& instance) const
{
    return sql(instance, "tsb", "BEGIN; INSERT INTO witness DEFAULT VALUES; ROLLBACK").status == 0;
}

std::string ActingPair::floating_target() const
{
    return trimmed(
        pair().run_inside({"dig", "+short", "@127.0.0.53", "active.tsb.test", "CNAME"}).output);
}

std::int64_t ActingPair::synced_since(const std::string& rfc3339) const
{
    return number_in(
        sql("west-1", "tsb",
            "SELECT count(*) FROM tsb_standin_cluster_sync WHERE synced_ms > 1000 * "
            "extract(epoch FROM timestamptz '" +
                rfc3339 + "')"));
}

const json::object& step_of(const json::object& run, std::string_view name)
{
    for (const auto& step : run.at("steps").as_array())
        if (text_of(step.as_object(), "name") == name)
            return step.as_object();
    throw std::runtime_error("the run has no step " + std::string(name));
}

std::vector<json::object> attempts_of(const json::object& run, std::string_view step)
{
    std::vector<json::object> all;
    for (const auto& operation : step_of(run, step).at("operations").as_array())
        for (const auto& attempt : operation.at("attempts").as_array())
            all.push_back(attempt.as_object());
    return all;
}

std::string text_of(const json::object& object, std::string_view key)
{
    const auto& value = object.at(key);
    return value.is_string() ? std::string(value.as_string().c_str()) : std::string();
}

std::vector<std::string> owed(const ActingPair& pair)
{
    std::vector<std::string> all;
    const auto seen = pair.look();
    if (!seen)
        throw std::runtime_error("no daemon answers");
    for (const auto& one : seen->status.at("acting").at("obligations").as_array())
        all.push_back(text_of(one.as_object(), "kind") + " " + text_of(one.as_object(), "target"));
    return all;
}

}  // namespace understudy::sandbox
