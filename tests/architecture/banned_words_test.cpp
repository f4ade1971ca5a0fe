/// Words that no include shows and no compiler refuses, with what to use instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "source_tree.hpp"

namespace understudy::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Exception {
    std::string path;
    std::string why;
};

struct Ban {
    std::string word;
    std::string instead;
    std::string folder;  ///< Empty: everywhere.
    std::vector<Exception> exceptions;
};

const std::string take_now = "take the time as an argument (core/time.hpp)";
const std::string pure = "core decides and does nothing: return a value and let the shell act";

// Written in two halves, so that this file does not ban itself.
const std::vector<Ban> bans{
    {"steady_clock::"
     "now",
     take_now,
     "core",
     {}},
    {"system_clock::"
     "now",
     take_now,
     "core",
     {}},
    {"boottime_clock", take_now, "core", {}},
    {"random_"
     "device",
     "take randomness as an argument",
     "core",
     {}},
    {"std::"
     "thread",
     pure,
     "core",
     {}},
    {"std::"
     "jthread",
     pure,
     "core",
     {}},
    {"std::"
     "mutex",
     pure,
     "core",
     {}},
    {"std::"
     "atomic",
     pure,
     "core",
     {}},
    {"fstr"
     "eam",
     pure,
     "core",
     {}},
    {"iostr"
     "eam",
     pure,
     "core",
     {}},
    {"std::"
     "cout",
     pure,
     "core",
     {}},
    {"std::"
     "cerr",
     pure,
     "core",
     {}},
    {"get"
     "env",
     "take it from the settings",
     "core",
     {}},
    {"spd"
     "log",
     "return a Say effect; the shell writes it",
     "core",
     {}},
    {"boo"
     "st",
     pure,
     "core",
     {}},
    {"unordered_", "use std::map: the order of what is said must not depend on a hash", "core", {}},
    {"std::"
     "hash",
     "use a hash that is the same in every build",
     "core",
     {}},

    {"asio::"
     "detached",
     "supervise() it, or a handler that rethrows: here an exception vanishes",
     "",
     {{"tests/net/http_client_test.cpp",
       "a peer that misbehaves on purpose; its end shows at the client"},
      {"tests/support/dns_peer.cpp", "likewise"},
      {"tests/support/scripted_peer.cpp", "likewise"}}},
    {"using namespace "
     "std;",
     "name what is used",
     "",
     {}},
    {"std::"
     "regex",
     "find_first_of, starts_with: it recurses on hostile input",
     "",
     {}},
    {"../"
     "shared",
     "the project stands alone",
     "",
     {}},
    {"this_thread::"
     "sleep",
     "wait for the condition, with a deadline",
     "",
     {{"tests/faults/command.cpp", "polls another process, for which there is nothing to wait on"},
      {"tests/sandbox/stand_in.cpp",
       "polls another process, for which there is nothing to wait on"}}},
    {"usl"
     "eep(",
     "wait for the condition, with a deadline",
     "",
     {{"daemon/cli_session.cpp", "`status --watch` redraws for people, in a process of its own"}}},
    {"nanosl"
     "eep(",
     "wait for the condition, with a deadline",
     "",
     {}},
};

bool is_in(const SourceFile& file, const std::string& folder)
{
    return folder.empty() || file.folder() == folder;
}

bool is_excepted(const SourceFile& file, const Ban& ban)
{
    return std::ranges::find(ban.exceptions, file.path, &Exception::path) != ban.exceptions.end();
}

std::vector<std::string> violations(const SourceFile& file)
{
    std::vector<std::string> result;
    for (const auto& ban : bans) {
        if (!is_in(file, ban.folder) || is_excepted(file, ban))
            continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (file.lines[i].find(ban.word) != std::string::npos)
                result.push_back(located(file, i, "'" + ban.word + "': " + ban.instead));
        }
    }
    return result;
}

TEST(BannedWords, StandNowhere)
{
    for (const auto& file : source_tree()) {
        for (const auto& violation : violations(file))
            ADD_FAILURE() << violation;
    }
}

TEST(BannedWords, ExceptionsAreStillNeeded)
{
    for (const auto& ban : bans) {
        for (const auto& exception : ban.exceptions) {
            const bool is_used = std::ranges::any_of(source_tree(), [&](const SourceFile& file) {
                return file.path == exception.path &&
                       std::ranges::any_of(file.lines, [&](const auto& line) {
                           return line.find(ban.word) != std::string::npos;
                       });
            });
            EXPECT_TRUE(is_used) << exception.path << " needs no exception for '" << ban.word
                                 << "' any more: remove it";
        }
    }
}

/// The rule must be able to fail.
TEST(BannedWords, AreCaughtWherePlanted)
{
    for (const auto& ban : bans) {
        const auto line = "  auto x = " + ban.word + "();";
        const auto folder = ban.folder.empty() ? std::string("net") : ban.folder;
        EXPECT_FALSE(violations({folder + "/a.cpp", {line}}).empty()) << ban.word;
        if (!ban.folder.empty()) {
            EXPECT_THAT(violations({"daemon/a.cpp", {line}}), IsEmpty()) << ban.word;
        }
    }
    EXPECT_THAT(
        violations(
            {"tests/net/a.cpp",
             {"", "std::this_thread::"
                  "sleep_for(1s);"}}),
        ElementsAre(HasSubstr("tests/net/a.cpp:2: ")));
}

TEST(BannedWords, MayStandInComments)
{
    EXPECT_EQ(
        without_comment("int x = 1;  // not std::"
                        "thread"),
        "int x = 1;  ");
    EXPECT_EQ(
        without_comment("/// never std::"
                        "mutex"),
        "");
    EXPECT_EQ(without_comment("auto url = \"https://x\";  // y"), "auto url = \"https://x\";  ");
    EXPECT_EQ(without_comment(R"(auto quote = "\"//";)"), R"(auto quote = "\"//";)");
}

}  // namespace
}  // namespace understudy::architecture
