#include "actions/program.hpp"

#include "actions/cluster.hpp"
#include "actions/redaction.hpp"
#include "net/boot_clock.hpp"
#include "net/kill_points.hpp"
#include "net/printable.hpp"
#include "net/process.hpp"
#include "net/sha256.hpp"

#include <string_view>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

constexpr std::size_t line_bytes_max = 200;
constexpr std::size_t output_bytes_max = 64 * 1024;
constexpr int try_again_later = 75;  // EX_TEMPFAIL of sysexits.h
constexpr auto again_after = std::chrono::seconds(1);

bool wants_another_try(const net::ProcessResult& ended)
{
    return ended.end == net::ProcessEnd::exited && ended.code == try_again_later;
}

std::string last_line(std::string_view output)
{
    const auto end = output.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos)
        return {};
    output = output.substr(0, end + 1);
    const auto begin = output.find_last_of("\r\n");
    const auto line = begin == std::string_view::npos ? output : output.substr(begin + 1);
    return net::printable(redacted(line), line_bytes_max);
}

core::EffectResult result_of(const net::ProcessResult& ended)
{
    switch (ended.end) {
    case net::ProcessEnd::exited:
        return ended.code == 0 ? core::EffectResult::applied : core::EffectResult::refused;
    case net::ProcessEnd::not_started: return core::EffectResult::refused;
    case net::ProcessEnd::signalled:
    case net::ProcessEnd::timed_out: break;
    }
    return core::EffectResult::unknown;
}

std::string detail_of(const std::string& name, const net::ProcessResult& ended)
{
    auto text = "hook " + name + " " + describe(ended);
    if (wants_another_try(ended))
        text += " (try again)";
    // What went wrong programs say on their error output.
    const auto said = last_line(ended.error_output.empty() ? ended.output : ended.error_output);
    return said.empty() ? text : text + ": " + said;
}

/// Why it must not be started; empty when it may.
std::string obstacle_to(const Program& program)
{
    if (program.deadline <= net::boot_now())
        return "its deadline has passed";
    if (program.content_hash.empty())
        return {};
    const auto present = content_hash_of(program.argv.front());
    if (!present)
        return program.argv.front() + " cannot be read";
    return *present == program.content_hash
               ? std::string()
               : program.argv.front() + " is not the program that was planned: it has changed";
}

}  // namespace

std::optional<std::string> content_hash_of(const std::string& file)
{
    return net::sha256_hex_of_file(file);
}

asio::awaitable<Effect> run_program(asio::any_io_executor executor, Program program)
{
    const auto obstacle = obstacle_to(program);
    if (!obstacle.empty())
        co_return refused("hook " + program.name + " was not run: " + obstacle);
    net::ProcessOptions what;
    what.argv = std::move(program.argv);
    what.environment = std::move(program.environment);
    what.timeout = program.deadline - net::boot_now();
    what.output_bytes_max = output_bytes_max;
    net::kill_point("effect-before-send", program.name);
    const auto ended = co_await net::run_process(executor, std::move(what));
    net::kill_point("effect-answered", program.name);
    Effect effect;
    effect.result = result_of(ended);
    effect.detail = detail_of(program.name, ended);
    if (wants_another_try(ended))
        effect.retry_after = again_after;
    co_return effect;
}

}  // namespace understudy::actions
