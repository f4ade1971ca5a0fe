#include "net/basic_auth.hpp"
#include "net/printable.hpp"
#include "net/secret.hpp"

#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace understudy::net {
namespace {

using support::TempFile;
using testing::HasSubstr;

std::string refusal_of(const std::filesystem::path& file)
{
    try {
        read_secret(file);
        return "accepted";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(Secret, DropsOneTrailingNewline)
{
    const TempFile file("hunter2\n\n");
    EXPECT_EQ(read_secret(file.path()).reveal(), "hunter2\n");
}

TEST(Secret, OpenToOthersIsRefused)
{
    for (const unsigned mode : {0640U, 0604U, 0644U, 0620U}) {
        const TempFile file("hunter2", mode);
        EXPECT_THAT(refusal_of(file.path()), HasSubstr("chmod 0600")) << std::oct << mode;
        EXPECT_THAT(refusal_of(file.path()), testing::Not(HasSubstr("hunter2")));
    }
}

TEST(Secret, MissingLargeOrNoFileNamesItself)
{
    EXPECT_THAT(refusal_of("/nonexistent/token"), HasSubstr("/nonexistent/token"));
    EXPECT_THAT(refusal_of("/tmp"), HasSubstr("not a regular file"));
    const TempFile large(std::string(64 * 1024 + 1, 'x'));
    EXPECT_THAT(refusal_of(large.path()), HasSubstr("64 KiB"));
}

TEST(Secret, RelativePathsAreSystemdCredentialsWithTheirGroupBits)
{
    const TempFile file("hunter2", 0440);
    ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", file.path().parent_path().c_str(), 1), 0);
    EXPECT_EQ(read_secret(file.path().filename()).reveal(), "hunter2");
    ASSERT_EQ(::unsetenv("CREDENTIALS_DIRECTORY"), 0);
    EXPECT_THAT(refusal_of(file.path()), HasSubstr("chmod 0600"));
}

TEST(Secret, MovedFromHoldsNothing)
{
    Secret first(std::string("hunter2"));
    const Secret second(std::move(first));
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(second.reveal(), "hunter2");
}

TEST(BasicAuth, EncodesEveryPadding)
{
    EXPECT_EQ(basic_authorization("u", Secret("p")).reveal(), "Basic dTpw");
    EXPECT_EQ(basic_authorization("u", Secret("pw")).reveal(), "Basic dTpwdw==");
    EXPECT_EQ(basic_authorization("u", Secret("pwd")).reveal(), "Basic dTpwd2Q=");
    EXPECT_EQ(
        basic_authorization("Aladdin", Secret("open sesame")).reveal(),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(Printable, EscapesAndCuts)
{
    EXPECT_EQ(printable("a\x1b[31mb\n", 100), "a\\x1b[31mb\\x0a");
    EXPECT_EQ(printable("abcdef", 3), "abc...");
    EXPECT_EQ(printable("\xc3\xa4", 9), "\\xc3\\xa4");
}

}  // namespace
}  // namespace understudy::net
