// How long a run takes when nobody else takes any time: the real executor and the real journal, in
// a world that answers at once, with every configured wait at 0. See bench/own-share.
#include "actions/action.hpp"
#include "core/record.hpp"
#include "daemon/clock.hpp"
#include "daemon/executor.hpp"
#include "net/sha256.hpp"
#include "store/journal.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace understudy {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace fs = std::filesystem;

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Two planes and their control planes; each change is there as soon as it is asked for.
class InstantWorld final : public actions::Action {
public:
    asio::awaitable<core::Observation> observe(core::Operation operation) override
    {
        core::Observation seen;
        seen.readable = true;
        seen.facts = facts_of(operation);
        if (const auto mark = marks_.find(key_of(operation)); mark != marks_.end())
            seen.facts["mark"] = mark->second;
        co_return seen;
    }
    asio::awaitable<actions::Effect> perform(actions::Order order) override
    {
        const auto& operation = order.operation;
        marks_[key_of(operation)] = core::text_of(order.id);
        changed_[key_of(operation)] = true;
        if (operation.kind == core::OperationKind::record)
            records_[operation.target] = {
                {"exists", true},
                {"instance", std::string("bench")},
                {"epoch", static_cast<std::int64_t>(order.id.epoch)},
                {"plan_hash", operation.parameter("plan_hash")},
                {"process", operation.parameter("process")},
                {"cursor", std::int64_t{std::stoll("0" + operation.parameter("cursor"))}},
                {"hold", std::string()},
                {"version", std::string("1")}};
        if (operation.kind == core::OperationKind::switch_name)
            has_switched_ = true;
        actions::Effect effect;
        effect.result = core::EffectResult::applied;
        co_return effect;
    }

private:
    static std::string key_of(const core::Operation& operation)
    {
        return std::string(core::name_of(operation.kind)) + " " + operation.target + " " +
               operation.object;
    }
    static std::int64_t unix_ms()
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    core::Facts facts_of(const core::Operation& operation) const
    {
        using Kind = core::OperationKind;
        const bool is_changed = changed_.contains(key_of(operation));
        const std::int64_t one = 1;
        switch (operation.kind) {
        case Kind::record: {
            const auto found = records_.find(operation.target);
            return found == records_.end() ? core::Facts{{"exists", false}} : found->second;
        }
        case Kind::suspend_cron_job: return {{"exists", false}};
        case Kind::await_jobs: return {{"active", std::int64_t{0}}};
        case Kind::compare_content: return {{"asked", false}};
        case Kind::rehearse_promotion:
            return {{"accepted", true}, {"changes", true}, {"message", std::string()}};
        case Kind::scale: {
            // The new plane's writers are there already, as in variant embedded-sync.
            const auto replicas = operation.target == "east" && is_changed ? 0 : one;
            return {
                {"exists", true},
                {"replicas", replicas},
                {"pods", replicas},
                {"available", replicas > 0},
                {"version", std::string("1")}};
        }
        case Kind::promote: return {{"applied", is_changed}, {"version", std::string("1")}};
        case Kind::await_primary:
            return {
                {"primaries", one},
                {"operation", std::string()},
                {"ready", one},
                {"replicas", one},
                {"followers_astray", std::int64_t{0}}};
        case Kind::serve:
            return {
                {"available", true},
                {"status", std::int64_t{200}},
                {"clusters_status", std::int64_t{200}},
                {"clusters", std::int64_t{3}},
                {"expected_clusters", std::int64_t{3}},
                {"missing", std::string()}};
        case Kind::switch_name:
            return {
                {"answers", std::string("ns=") + (has_switched_ ? "west" : "east") + ".tsb.test"},
                {"all_new", has_switched_},
                {"all_old", !has_switched_},
                {"unreachable", std::int64_t{0}}};
        case Kind::resolve_name:
            return {{"answer", std::string("west")}, {"is_new", has_switched_}};
        case Kind::rejoin:
            // A second ahead: it came over by itself, the moment that it was asked.
            return {{"synced_at", unix_ms() + 1000},
                    {"peer", std::string()},
                    {"available", true},
                    {"version", std::string("1")},
                    {"restarted_at", std::int64_t{0}},
                    {"date", unix_ms()},
                    {"token_error", false}};
        case Kind::hook: break;
        }
        return {};
    }

    std::map<std::string, core::Facts> records_;
    std::map<std::string, std::string> marks_;
    std::map<std::string, bool> changed_;
    bool has_switched_ = false;
};

core::ActingSettings settings()
{
    core::ActingSettings acting;
    acting.mode = core::Mode::automatic;
    acting.instance = "bench";
    acting.floating_name = "active.tsb.test";
    acting.promote_patch = R"({"spec":{}})";
    acting.control_planes = {"c1", "c2", "c3"};
    for (const auto* name : {"east", "west"}) {
        core::PlaneSettings plane;
        plane.name = name;
        plane.host = std::string(name) + ".tsb.test";
        acting.planes.push_back(std::move(plane));
    }
    acting.fence_stable_for = 0s;
    acting.promote_stable_for = 0s;
    acting.laggards_after = 0s;
    return acting;
}

struct Measured {
    Milliseconds run{};
    Milliseconds slowest_step{};
    std::string slowest;
    std::size_t records = 0;
    Milliseconds appends_alone{};
};

/// One failover with a journal of its own, and the same records appended once more with nothing
/// beside them.
class Trial {
public:
    explicit Trial(const fs::path& folder) : folder_(folder)
    {
        fs::create_directories(folder_);
        options_.file = folder_ / "journal.db";
        options_.instance = settings().instance;
    }
    ~Trial() { fs::remove_all(folder_); }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    Measured measure()
    {
        fail_over();
        append_alone();
        return measured_;
    }

private:
    void fail_over()
    {
        asio::io_context io{1};
        store::Journal journal(options_);
        auto loaded = asio::co_spawn(io, journal.load(), asio::use_future);
        io.run();
        io.restart();
        std::string ended;
        Executor executor(
            io.get_executor(),
            core::Runs(
                settings(), core::Process{"boot", "process"}, net::sha256_hex, loaded.get().records,
                {}, read_clocks()),
            journal, std::make_unique<InstantWorld>(),
            {[](const core::AlertChange&) {}, [](core::Severity, const std::string&) {},
             [](const core::Acting&) {}, [&](const std::string& active) { ended = active; }});
        asio::cancellation_signal stop;
        asio::co_spawn(
            io, executor.run(),
            asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
        // The journal has room, and the world's hold was read.
        run_until(io, executor, [&] {
            const auto acting = executor.report().acting;
            return acting.impossible.empty() && !acting.held;
        });
        const auto began = std::chrono::steady_clock::now();
        executor.told(picture(), decision());
        run_until(io, executor, [&] {
            const auto& runs = executor.runs().ledger().runs();
            return !runs.empty() && runs.back().has_ended() && !ended.empty();
        });
        measured_.run = std::chrono::steady_clock::now() - began;
        note_steps(executor.runs().ledger().runs().back());
        stop.emit(asio::cancellation_type::terminal);
        io.run();
    }
    static std::string in_words(const core::RunsReport& report)
    {
        std::string words = report.runs.empty()
                                ? "no run"
                                : std::string(core::name_of(report.runs.back().state)) + " " +
                                      report.runs.back().why;
        for (const auto& [id, doing] : report.doing)
            words += "; " + core::text_of(id) + " " + doing;
        return words;
    }
    template <class Condition>
    static void run_until(asio::io_context& io, const Executor& executor, Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("not within 60 s: " + in_words(executor.report()));
            io.restart();
            io.run_one_for(20ms);
        }
    }
    static core::run_event::Picture picture()
    {
        core::run_event::Picture picture;
        picture.active = "east";
        picture.settled = true;
        return picture;
    }
    static core::Decision decision()
    {
        core::Decision decision;
        decision.old_plane = "east";
        decision.new_plane = "west";
        decision.reason = "the bench";
        decision.suspected_at = decision.failed_at = read_clocks().wall;
        return decision;
    }
    void note_steps(const core::Run& run)
    {
        if (run.state != core::RunState::done)
            throw std::runtime_error("the run ended otherwise: " + run.why);
        for (std::size_t i = 0; i < run.steps.size(); ++i) {
            const Milliseconds took = *run.steps[i].ended_at - *run.steps[i].began_at;
            if (took < measured_.slowest_step)
                continue;
            measured_.slowest_step = took;
            measured_.slowest = run.plan().steps[i].name;
        }
    }
    /// As many transactions, one record each, waited for one after the other.
    void append_alone()
    {
        asio::io_context io{1};
        std::vector<core::Record> records;
        {
            store::Journal journal(options_);
            auto loaded = asio::co_spawn(io, journal.load(), asio::use_future);
            io.run();
            records = loaded.get().records;
        }
        measured_.records = records.size();
        auto alone = options_;
        alone.file = folder_ / "alone.db";
        store::Journal journal(alone);
        const auto append_all = [&]() -> asio::awaitable<void> {
            co_await journal.load();
            const auto began = std::chrono::steady_clock::now();
            for (auto& record : records) {
                std::vector<core::Record> one;
                one.push_back(std::move(record));
                co_await journal.append(std::move(one));
            }
            measured_.appends_alone = std::chrono::steady_clock::now() - began;
        };
        io.restart();
        auto ended = asio::co_spawn(io, append_all(), asio::use_future);
        io.run();
        ended.get();
    }

    fs::path folder_;
    store::JournalOptions options_;
    Measured measured_;
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

int main_with(const fs::path& folder, int trials)
{
    std::vector<double> runs;
    std::vector<double> ratios;
    double slowest_run = 0;
    double slowest_step = 0;
    std::string slowest;
    for (int i = 0; i < trials; ++i) {
        const auto measured = Trial(folder / std::to_string(i)).measure();
        runs.push_back(measured.run.count());
        ratios.push_back(measured.run / measured.appends_alone);
        slowest_run = std::max(slowest_run, measured.run.count());
        if (measured.slowest_step.count() >= slowest_step) {
            slowest_step = measured.slowest_step.count();
            slowest = measured.slowest;
        }
        if (i == 0)
            fmt::print("{} records in a run\n", measured.records);
    }
    fmt::print("run: median {:.0f} ms, slowest {:.0f} ms\n", median(runs), slowest_run);
    fmt::print("step: slowest {:.0f} ms ({})\n", slowest_step, slowest);
    fmt::print("run / its records appended one by one: median {:.2f}\n", median(std::move(ratios)));
    return slowest_run <= 1000 && slowest_step <= 50 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace understudy

int main(int argc, char** argv)
{
    if (argc != 3) {
        fmt::print(stderr, "usage: own-share FOLDER TRIALS\n");
        return EXIT_FAILURE;
    }
    try {
        return understudy::main_with(argv[1], std::stoi(argv[2]));
    } catch (const std::exception& error) {
        fmt::print(stderr, "own-share: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
