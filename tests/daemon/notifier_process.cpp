/// A process for the crash tests: submits alerts and sends what is owed, until it is killed or
/// done.
///
///     notifier_process DIRECTORY URL FIRST LAST [KILL_POINT]
///
/// Raises and resolves the alerts FIRST to LAST, notes each in DIRECTORY/submitted once `submit`
/// has returned, and ends with 0 when nothing is owed any more. It kills itself at a named point.

#include "daemon/notifier_fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace {

using namespace understudy;

struct Job {
    std::filesystem::path directory;
    std::string url;
    int first;
    int last;
    std::string kill_point;
};

void reach(const Job& job, const std::string& point)
{
    if (job.kill_point == point)
        ::raise(SIGKILL);
}

/// What this line says has survived whatever comes next: the page cache outlives a killed process.
void note(const Job& job, const std::string& line)
{
    const auto file =
        ::open((job.directory / "submitted").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const auto text = line + "\n";
    if (::write(file, text.data(), text.size()) < 0)
        std::cerr << "notifier_process: cannot note what was submitted\n";
    ::close(file);
}

void submit(const Job& job, support::RunningNotifier& running, int number, bool firing)
{
    const auto name = std::to_string(number);
    reach(job, "before-submit");
    running.submit(support::alert(name, firing));
    note(job, name + (firing ? " firing" : " resolved"));
    reach(job, firing ? "after-raise" : "after-resolve");
}

bool owes_nothing(boost::asio::io_context& io, support::RunningNotifier& running)
{
    const auto state = support::await(io, running.queue.state("pager"));
    return state.length == 0;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 5)
        return 2;
    const Job job{
        argv[1], argv[2], std::stoi(argv[3]), std::stoi(argv[4]), argc > 5 ? argv[5] : ""};
    boost::asio::io_context io;
    support::RunningNotifier running(
        io, job.directory, support::to({support::webhook("pager", job.url)}));
    // A life ago somebody may have hung up on us: do not wait for the next attempt.
    running.ahead = std::chrono::minutes(10);
    running.start();
    for (int number = job.first; number <= job.last; ++number) {
        submit(job, running, number, true);
        submit(job, running, number, false);
    }
    const auto done = support::run_until(io, [&] { return owes_nothing(io, running); });
    reach(job, "after-delivery");
    running.stop();
    return done ? 0 : 1;
}
