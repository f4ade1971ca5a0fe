#include "probes/exec_probe.hpp"

#include "net/process.hpp"

#include <algorithm>
#include <string_view>

namespace understudy::probes {

namespace {

constexpr std::size_t detail_bytes_max = 200;

/// The plugin's first line without its performance data, fit for a log and a terminal.
std::string status_line(std::string_view output)
{
    auto line = output.substr(0, output.find_first_of("\r\n"));
    line = line.substr(0, line.find('|'));
    while (line.ends_with(' '))
        line.remove_suffix(1);
    std::string text(line.substr(0, detail_bytes_max));
    std::ranges::replace_if(
        text, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, '?');
    return text;
}

core::Reason reason_of(const net::ProcessResult& result)
{
    switch (result.end) {
    case net::ProcessEnd::timed_out: return core::Reason::timeout;
    case net::ProcessEnd::signalled:
    case net::ProcessEnd::not_started: return core::Reason::check_unknown;
    case net::ProcessEnd::exited: break;
    }
    if (result.code == 0)
        return core::Reason::none;
    return result.code == 1 || result.code == 2 ? core::Reason::check_failed
                                                : core::Reason::check_unknown;
}

/// Names the program but not its arguments: they may hold secrets.
std::string detail_of(const std::string& program, const net::ProcessResult& result)
{
    auto text = program + " " + describe(result);
    auto said = status_line(result.output);
    if (said.empty())
        said = status_line(result.error_output);
    return said.empty() ? text : text + ": " + said;
}

}  // namespace

ExecProbe::ExecProbe(boost::asio::any_io_executor executor, Options options)
    : executor_(std::move(executor)), options_(std::move(options))
{}

boost::asio::awaitable<core::Outcome> ExecProbe::run()
{
    net::ProcessOptions what;
    what.argv = options_.argv;
    what.timeout = options_.timeout;
    const auto program =
        options_.argv.empty() ? std::string("(no program)") : options_.argv.front();

    const auto result = co_await net::run_process(executor_, std::move(what));
    core::Outcome outcome(reason_of(result), detail_of(program, result));
    outcome.took = result.took;
    outcome.phases.push_back({core::Phase::request, result.took});
    co_return outcome;
}

}  // namespace understudy::probes
