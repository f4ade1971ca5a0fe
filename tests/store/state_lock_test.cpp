#include "store/state_lock.hpp"
#include "store/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <unistd.h>

namespace understudy::store {
namespace {

using support::TemporaryDirectory;
using testing::HasSubstr;

std::string refusal(const std::filesystem::path& directory)
{
    try {
        const StateLock lock(directory);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(StateLock, RefusesASecondDaemonAndNamesTheFirst)
{
    const TemporaryDirectory directory;
    const StateLock lock(directory.path());
    const auto text = refusal(directory.path());
    EXPECT_THAT(text, HasSubstr("pid " + std::to_string(::getpid())));
    EXPECT_THAT(text, HasSubstr(directory.path().native()));
}

TEST(StateLock, IsFreeAgainAfterTheHolderWasKilled)
{
    const TemporaryDirectory directory;
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
        const StateLock lock(directory.path());
        [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
        for (;;)
            ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_THAT(refusal(directory.path()), HasSubstr("pid " + std::to_string(child)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(refusal(directory.path()), "");
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(StateLock, SaysWhatIsWrongWithTheDirectory)
{
    EXPECT_THAT(refusal("/nonexistent/understudy"), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace understudy::store
