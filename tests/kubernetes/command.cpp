#include "command.hpp"

#include "net/process.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <stdexcept>

namespace understudy::kubernetes {

using namespace std::chrono_literals;

std::string run_command(std::vector<std::string> argv, Variables environment)
{
    boost::asio::io_context io{1};
    net::ProcessOptions options;
    options.argv = std::move(argv);
    options.environment = std::move(environment);
    options.timeout = 2min;
    const auto name = options.argv.front();
    const auto ended =
        support::run_coroutine(io, net::run_process(io.get_executor(), std::move(options)), 40s);
    if (ended.end != net::ProcessEnd::exited || ended.code != 0)
        throw std::runtime_error(name + " " + net::describe(ended) + ":\n" + ended.error_output);
    return ended.output;
}

}  // namespace understudy::kubernetes
