#include "actions/hook.hpp"
#include "net/boot_clock.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    const auto failed = run("exit 3");
    EXPECT_EQ(failed.result, EffectResult::refused);
    EXPECT_THAT(failed.detail, HasSubstr("hook notify exited with code 3"));
}

TEST_F(Hook, IsToldWhatItIsPartOf)
{
    const auto effect =
        run("echo $UNDERSTUDY_RUN $UNDERSTUDY_EPOCH $UNDERSTUDY_STEP $UNDERSTUDY_OPERATION "
            "$UNDERSTUDY_ATTEMPT $UNDERSTUDY_OLD_PLANE $UNDERSTUDY_NEW_PLANE");
    EXPECT_THAT(effect.detail, HasSubstr("7 7 fence 7.2.1 3 east west"));
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

}  // namespace
}  // namespace understudy::actions
