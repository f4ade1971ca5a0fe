#include "probes/exec_probe.hpp"

#include "support/run_coroutine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using testing::HasSubstr;
using testing::Not;

core::Outcome run(std::vector<std::string> argv, core::Duration timeout = 10s)
{
    boost::asio::io_context io(1);
    ExecProbe::Options options;
    options.argv = std::move(argv);
    options.timeout = timeout;
    ExecProbe probe(io.get_executor(), std::move(options));
    return support::run_coroutine(io, probe.run());
}

core::Outcome run_script(const std::string& script, core::Duration timeout = 10s)
{
    return run({"/bin/sh", "-c", script}, timeout);
}

struct ExitCase {
    const char* script;
    Reason reason;
};

TEST(ExecProbe, JudgesByTheExitCodesOfTheNagiosInterface)
{
    for (const auto& c : {
             ExitCase{"exit 0", Reason::none},
             ExitCase{"exit 1", Reason::check_failed},
             ExitCase{"exit 2", Reason::check_failed},
             ExitCase{"exit 3", Reason::check_unknown},
             ExitCase{"exit 127", Reason::check_unknown},
             ExitCase{"kill -KILL $$", Reason::check_unknown},
         })
        EXPECT_EQ(run_script(c.script).reason, c.reason) << c.script;
}

TEST(ExecProbe, AProgramThatIsNotThereTellsNothing)
{
    const auto outcome = run({"/nonexistent/check"});
    EXPECT_EQ(outcome.reason, Reason::check_unknown);
    EXPECT_THAT(outcome.detail, HasSubstr("No such file or directory"));
    EXPECT_EQ(run({}).reason, Reason::check_unknown);
}

TEST(ExecProbe, ShowsTheFirstLineWithoutPerformanceData)
{
    const auto outcome =
        run_script("echo 'DISK CRITICAL - / 99% | /=99%;80;90'; echo more; exit 2");
    EXPECT_THAT(outcome.detail, HasSubstr("exited with code 2: DISK CRITICAL - / 99%"));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("|")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("more")));
}

TEST(ExecProbe, ShowsNeitherArgumentsNorControlCharacters)
{
    const auto outcome = run({"/bin/sh", "-c", "printf '\\033[2Jx\\n'; exit 2", "s3cret"});
    EXPECT_THAT(outcome.detail, Not(HasSubstr("s3cret")));
    EXPECT_THAT(outcome.detail, HasSubstr("?[2Jx"));
}

TEST(ExecProbe, ALongLineIsCut)
{
    const auto outcome = run_script("head -c 100000 /dev/zero | tr '\\0' x; exit 2");
    EXPECT_LT(outcome.detail.size(), 300u);
}

TEST(ExecProbe, IsKilledAtItsDeadlineAlthoughItIgnoresTheSignalToTerminate)
{
    const auto outcome = run_script("trap '' TERM; sleep 1000 & wait; sleep 1000", 200ms);
    EXPECT_EQ(outcome.reason, Reason::timeout);
    EXPECT_LT(outcome.took, 10s);
}

}  // namespace
}  // namespace understudy::probes
