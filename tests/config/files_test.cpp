#include "config/files.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace understudy::config::test {
namespace {

TEST(Files, AreRelativeToTheConfiguration)
{
    const Folder folder;
    const Files files(folder.path(), "");
    EXPECT_EQ(files.locate("a/../b", FileKind::plain), folder.path() / "b");
    EXPECT_EQ(files.locate("/x", FileKind::secret), "/x");
}

TEST(Files, SecretsAreFirstLookedForAmongCredentials)
{
    const Folder folder;
    const Folder credentials;
    credentials.write("token");
    const Files files(folder.path(), credentials.path());
    EXPECT_EQ(files.locate("token", FileKind::secret), credentials.path() / "token");
    EXPECT_EQ(files.locate("token", FileKind::plain), folder.path() / "token");
    EXPECT_EQ(files.locate("other", FileKind::secret), folder.path() / "other");
}

TEST(Files, MustBeThereAndBeFiles)
{
    const Folder folder;
    EXPECT_EQ(Files::problem_with(folder.write("a"), FileKind::plain), "");
    EXPECT_NE(
        Files::problem_with(folder.path() / "gone", FileKind::plain).find("does not exist"),
        std::string::npos);
    EXPECT_NE(
        Files::problem_with(folder.path(), FileKind::plain).find("not a regular file"),
        std::string::npos);
}

TEST(Files, SecretsAreNotForOthers)
{
    const Folder folder;
    EXPECT_EQ(Files::problem_with(folder.write("a", "x", 0600), FileKind::secret), "");
    EXPECT_EQ(Files::problem_with(folder.write("public", "x", 0644), FileKind::plain), "");
    for (const unsigned mode : {0640U, 0604U, 0644U, 0660U}) {
        const auto problem =
            Files::problem_with(folder.write("b", "hunter2", mode), FileKind::secret);
        EXPECT_NE(problem.find("chmod 0600"), std::string::npos) << mode << problem;
        EXPECT_EQ(problem.find("hunter2"), std::string::npos);
    }
    EXPECT_NE(
        Files::problem_with(folder.write("empty", ""), FileKind::secret).find("empty"),
        std::string::npos);
}

TEST(Files, AreCheckedWhereTheyAreNamed)
{
    const Folder folder;
    folder.write("open", "x", 0644);
    const auto problems = problems_in(
        minimal + "[[receiver]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://a.test/\"\n"
                  "secret_files = [\n  \"open\",\n]\nca_file = \"gone\"\n",
        folder.path());
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(
        problems[0], "17:3: receiver.secret_files: secret file " +
                         (folder.path() / "open").string() +
                         " is open to others than its owner (chmod 0600 it)");
    EXPECT_EQ(
        problems[1],
        "19:11: receiver.ca_file: \"" + (folder.path() / "gone").string() +
            "\" does not exist, or its folder cannot be searched: create it or correct "
            "the path");
}

}  // namespace
}  // namespace understudy::config::test
