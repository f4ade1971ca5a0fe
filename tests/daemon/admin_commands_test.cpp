#include "daemon/admin_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <unistd.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

core::run_event::Command parse(const std::string& line)
{
    const Principal root{0, 0, 1};
    return command_of(root, parse_admin_request(line), {"east", "west"});
}

std::string refusal_of(const std::string& line)
{
    try {
        parse(line);
    } catch (const std::runtime_error& refusal) {
        return refusal.what();
    }
    return "accepted";
}

TEST(AdminCommands, CarryWhatWasAsked)
{
    const auto failover =
        parse(R"({"verb": "failover", "plan": "0123456789abcdef", "reason": "gone"})");
    EXPECT_EQ(failover.verb, "failover");
    EXPECT_EQ(failover.plan_hash, "0123456789abcdef");
    EXPECT_EQ(failover.reason, "gone");
    EXPECT_EQ(failover.by, "user root (uid 0)");
    EXPECT_EQ(failover.accepted, "");
    const auto accepting = parse(
        R"({"verb": "failover", "plan": "0123456789abcdef", "reason": "x", "accept_loss": "1 h"})");
    EXPECT_EQ(accepting.accepted, "1 h");

    EXPECT_EQ(parse(R"({"verb": "approve", "run": 7, "plan": "0123456789abcdef"})").run, 7U);
    EXPECT_EQ(parse(R"({"verb": "hold", "for": "1h30m", "reason": "x"})").duration, 90min);
    EXPECT_EQ(parse(R"({"verb": "adopt", "active": "west", "reason": "x"})").plane, "west");
    EXPECT_EQ(parse(R"({"verb": "waive", "plane": "east", "reason": "x"})").plane, "east");
    EXPECT_EQ(parse(R"({"verb": "release"})").verb, "release");
}

TEST(AdminCommands, EveryVerbIsKnownAndNothingElseIs)
{
    for (const auto* verb :
         {"failover", "approve", "abort", "resume", "undo", "rearm", "hold", "release", "adopt",
          "waive", "takeover"})
        EXPECT_TRUE(is_command(verb)) << verb;
    for (const auto* verb : {"status", "plan", "show", "", "promote"})
        EXPECT_FALSE(is_command(verb)) << verb;
    EXPECT_THAT(refusal_of(R"({"verb": "promote"})"), HasSubstr("unknown verb \"promote\""));
}

struct BadCommand {
    std::string line;
    std::string complaint;
};

class RefusedCommand : public ::testing::TestWithParam<BadCommand> {};

TEST_P(RefusedCommand, SaysWhatIsWrong)
{
    EXPECT_THAT(refusal_of(GetParam().line), HasSubstr(GetParam().complaint));
}

const std::string long_reason = R"({"verb": "rearm", "reason": ")" + std::string(501, 'x') + "\"}";

INSTANTIATE_TEST_SUITE_P(
    AdminCommands,
    RefusedCommand,
    ::testing::Values(
        BadCommand{R"({"verb": "rearm"})", "\"reason\" is required"},
        BadCommand{R"({"verb": "rearm", "reason": 7})", "\"reason\" is required, as a text"},
        BadCommand{R"({"verb": "rearm", "reason": "  "})", "is empty"},
        BadCommand{R"({"verb": "rearm", "reason": "a\nb"})", "cannot be printed"},
        BadCommand{R"({"verb": "rearm", "reason": "a\u001b[2J"})", "cannot be printed"},
        BadCommand{R"({"verb": "rearm", "reason": "a\u009b2J"})", "cannot be printed"},
        BadCommand{long_reason, "longer than 500"},
        BadCommand{R"({"verb": "failover", "reason": "x", "plan": "0123"})", "16 digits"},
        BadCommand{
            R"({"verb": "failover", "reason": "x", "plan": "0123456789ABCDEF"})", "16 digits"},
        BadCommand{
            R"({"verb": "failover", "reason": "x", "plan": "0123456789abcdef", "accept_loss": ""})",
            "\"accept_loss\" is empty"},
        BadCommand{
            R"({"verb": "approve", "run": 1, "plan": "0123456789abcdef", "accept_loss": "x"})",
            "\"accept_loss\" is not a field"},
        BadCommand{R"({"verb": "abort"})", "number of a run"},
        BadCommand{R"({"verb": "abort", "run": 0})", "number of a run"},
        BadCommand{R"({"verb": "abort", "run": -1})", "number of a run"},
        BadCommand{R"({"verb": "abort", "run": 1.5})", "number of a run"},
        BadCommand{R"({"verb": "abort", "run": "7"})", "number of a run"},
        BadCommand{R"({"verb": "hold", "for": "2", "reason": "x"})", "a number with a unit"},
        BadCommand{R"({"verb": "hold", "for": "0s", "reason": "x"})", "at least 1s"},
        BadCommand{R"({"verb": "hold", "for": "31d", "reason": "x"})", "at most 30d"},
        BadCommand{R"({"verb": "adopt", "active": "north", "reason": "x"})", "east, west"},
        BadCommand{R"({"verb": "waive", "reason": "x"})", "\"plane\" is required"},
        BadCommand{R"({"verb": "abort", "run": 7, "reason": "x"})", "\"reason\" is not a field"},
        BadCommand{
            R"({"verb": "hold", "for": "2h", "untill": "x", "reason": "x"})",
            "\"untill\" is not a field"}));

TEST(AdminCommands, AReasonIsCountedInCharactersAndNotInBytes)
{
    std::string umlauts;
    for (int i = 0; i < 500; ++i)
        umlauts += "ü";
    EXPECT_EQ(parse(R"({"verb": "rearm", "reason": ")" + umlauts + "\"}").reason, umlauts);
}

TEST(AdminCommands, AnUnknownUserIsANumber)
{
    EXPECT_EQ(text_of(Principal{4'000'000'000U, 0, 1}), "uid 4000000000");
}

}  // namespace
}  // namespace understudy
