#include "actions/hook.hpp"
#include "actions/hook_name_provider.hpp"
#include "actions/redaction.hpp"
#include "net/boot_clock.hpp"

#include "support/run_coroutine.hpp"
#include "support/temp_file.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using testing::HasSubstr;
using testing::Not;

class Hook : public testing::Test {
protected:
    Effect run(const std::string& script, core::Duration patience = 20s)
    {
        Hooks hooks;
        hooks["notify"] = {"/bin/sh", "-c", script};
        RunHook hook(io_.get_executor(), hooks);
        return support::run_coroutine(io_, hook.perform(order(patience)));
    }

    static Order order(core::Duration patience)
    {
        Order order;
        order.id = {7, 2, 1};
        order.attempt = 3;
        order.operation.kind = core::OperationKind::hook;
        order.operation.object = "notify";
        order.operation.parameters = {
            {"step", "fence"}, {"old_plane", "east"}, {"new_plane", "west"}};
        order.deadline = net::boot_now() + patience;
        return order;
    }

    boost::asio::io_context io_{1};
};

TEST_F(Hook, ItsExitCodeDecides)
{
    EXPECT_EQ(run("exit 0").result, EffectResult::applied);
    const auto later = run("exit 75");
    EXPECT_EQ(later.result, EffectResult::refused);
    EXPECT_THAT(later.detail, HasSubstr("code 75 (try again)"));
    EXPECT_GT(later.retry_after, 0s);
    const auto failed = run("exit 3");
    EXPECT_EQ(failed.result, EffectResult::refused);
    EXPECT_EQ(failed.retry_after, 0s);
    EXPECT_THAT(failed.detail, HasSubstr("hook notify exited with code 3"));
}

TEST_F(Hook, IsToldWhatItIsPartOf)
{
    const auto effect =
        run("echo $UNDERSTUDY_RUN $UNDERSTUDY_EPOCH $UNDERSTUDY_STEP $UNDERSTUDY_OPERATION "
            "$UNDERSTUDY_ATTEMPT $UNDERSTUDY_OLD_PLANE $UNDERSTUDY_NEW_PLANE");
    EXPECT_THAT(effect.detail, HasSubstr("7 7 fence 7.2.1 3 east west"));
}

/// The shell passes on what a hook is told, and must not lose the mark that its children are killed
/// by.
TEST_F(Hook, IsKilledWithWhatItStartedInASessionOfItsOwn)
{
    const support::TempFile file("");
    run("setsid sh -c 'echo $$ > " + file.path().string() + "; exec sleep 60' & sleep 60", 2s);
    pid_t pid = 0;
    ASSERT_TRUE(std::ifstream(file.path()) >> pid);
    // Killed, it may still wait to be reaped; a process that lives has a command line.
    std::ifstream command("/proc/" + std::to_string(pid) + "/cmdline");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(command), {}), "");
}

TEST_F(Hook, KilledWithItsChildrenAtTheDeadlineIsUnknown)
{
    const auto effect = run("sleep 60 & sleep 60", 200ms);
    EXPECT_EQ(effect.result, EffectResult::unknown);
    EXPECT_THAT(effect.detail, HasSubstr("killed at its deadline"));
    EXPECT_EQ(run("kill -9 $$").result, EffectResult::unknown) << "by somebody else";
}

TEST_F(Hook, OnlyTheLastLineIsKeptPrintableAndBounded)
{
    const auto effect = run("echo a-secret; printf 'the \\033 end\\n\\n'");
    EXPECT_THAT(effect.detail, HasSubstr("the \\x1b end"));
    EXPECT_THAT(effect.detail, Not(HasSubstr("a-secret")));
    EXPECT_LT(run("printf %01000d 5").detail.size(), 300U);
    EXPECT_THAT(run("echo out; echo wrong >&2; exit 1").detail, HasSubstr(": wrong"));
}

TEST_F(Hook, ThatCannotRunIsRefused)
{
    EXPECT_EQ(run("exit 0", -1s).result, EffectResult::refused) << "after its deadline";
    RunHook none(io_.get_executor(), {});
    EXPECT_EQ(support::run_coroutine(io_, none.perform(order(20s))).result, EffectResult::refused);
    EXPECT_FALSE(support::run_coroutine(io_, none.observe(order(20s).operation)).readable);
    Hooks missing;
    missing["notify"] = {"/nonexistent/program"};
    RunHook gone(io_.get_executor(), missing);
    EXPECT_EQ(support::run_coroutine(io_, gone.perform(order(20s))).result, EffectResult::refused);
}

/// A changed program is another plan's.
TEST_F(Hook, ThatWasChangedSinceThePlanIsNotRun)
{
    support::TempFile program("#!/bin/sh\nexit 0\n", 0700);
    Hooks hooks;
    hooks["notify"] = {program.path().string()};
    RunHook hook(io_.get_executor(), hooks);
    const auto seen = support::run_coroutine(io_, hook.observe(order(20s).operation));
    const auto planned = core::find_fact<std::string>(seen.facts, "content_hash");
    ASSERT_TRUE(planned);
    auto wanted = order(20s);
    wanted.operation.parameters["content_hash"] = *planned;
    EXPECT_EQ(support::run_coroutine(io_, hook.perform(wanted)).result, EffectResult::applied);

    std::ofstream(program.path(), std::ios::app) << "# and more\n";
    const auto effect = support::run_coroutine(io_, hook.perform(wanted));
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("it has changed"));
    const auto now = support::run_coroutine(io_, hook.observe(order(20s).operation));
    EXPECT_NE(core::find_fact<std::string>(now.facts, "content_hash"), planned);
}

TEST_F(Hook, WhatLooksLikeASecretIsNotKept)
{
    EXPECT_EQ(redacted("moved 3 records to west"), "moved 3 records to west");
    EXPECT_EQ(
        redacted("login with password=hunter2 failed"), "login with password=(secret) failed");
    EXPECT_EQ(redacted("X-Api-Key: 0123 refused"), "X-Api-Key: (secret) refused");
    EXPECT_EQ(redacted("Authorization: Bearer abc.def"), "Authorization: Bearer (secret)");
    EXPECT_EQ(redacted("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIi"), "got (secret)");
    EXPECT_THAT(run("echo token=abcdef; exit 1").detail, Not(HasSubstr("abcdef")));
}

TEST_F(Hook, SwitchesANameAndHasToldWhichOne)
{
    NameChange change;
    change.name = "active.tsb.test";
    change.from = "east.tsb.test";
    change.to = "west.tsb.test";
    change.ttl = 30s;
    change.token_record = "_understudy.active.tsb.test";
    change.token_to = "7.9.0";
    change.deadline = net::boot_now() + 20s;
    const std::string script =
        "echo $UNDERSTUDY_NAME $UNDERSTUDY_NAME_FROM $UNDERSTUDY_NAME_TO $UNDERSTUDY_NAME_TTL "
        "$UNDERSTUDY_TOKEN_RECORD $UNDERSTUDY_TOKEN $UNDERSTUDY_OPERATION";
    HookNameProvider provider(io_.get_executor(), {"/bin/sh", "-c", script});
    const auto effect = support::run_coroutine(io_, provider.change(change));
    EXPECT_EQ(effect.result, EffectResult::applied);
    EXPECT_THAT(
        effect.detail, HasSubstr("active.tsb.test east.tsb.test west.tsb.test 30 "
                                 "_understudy.active.tsb.test 7.9.0 7.9.0"));

    HookNameProvider later(io_.get_executor(), {"/bin/sh", "-c", "exit 75"});
    EXPECT_EQ(support::run_coroutine(io_, later.change(change)).result, EffectResult::refused);
    change.deadline = net::boot_now() + 200ms;
    HookNameProvider slow(io_.get_executor(), {"/bin/sh", "-c", "sleep 60 & sleep 60"});
    EXPECT_EQ(support::run_coroutine(io_, slow.change(change)).result, EffectResult::unknown);
    change.content_hash = std::string(64, '0');
    change.deadline = net::boot_now() + 20s;
    EXPECT_THAT(
        support::run_coroutine(io_, provider.change(change)).detail, HasSubstr("it has changed"));
}

}  // namespace
}  // namespace understudy::actions
