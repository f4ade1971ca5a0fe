#include "core/healthy_pair.hpp"
#include "daemon/clock.hpp"
#include "daemon/executor.hpp"
#include "net/sha256.hpp"
#include "store/coroutines.hpp"
#include "store/faulty_vfs.hpp"
#include "store/temporary_directory.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace understudy {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using support::run_until;

/// What passes waits while it is shut.
class Gate {
public:
    void shut() { set(false); }
    void open() { set(true); }
    void pass()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
    }

private:
    void set(bool open)
    {
        const std::lock_guard lock(mutex_);
        open_ = open;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = true;
};

core::ActingSettings settings()
{
    core::ActingSettings acting;
    acting.instance = "bastion-1";
    acting.planes = core::testing::fast_settings().planes;
    return acting;
}

core::run_event::Command hold()
{
    core::run_event::Command command;
    command.verb = "hold";
    command.by = "alice";
    command.reason = "to look at it";
    command.duration = 1h;
    return command;
}

/// One executor that may only watch, on a disk that can be made to hang.
class ExecutorTest : public testing::Test {
protected:
    void start()
    {
        disk_.before_sync([this] { gate_.pass(); });
        store::JournalOptions options;
        options.file = directory_.path() / "journal.db";
        options.instance = settings().instance;
        journal_.emplace(options);
        const auto loaded = support::await(io_, journal_->load());
        executor_ = std::make_unique<Executor>(
            io_.get_executor(),
            core::Runs(
                settings(), core::Process{"this boot", "this process"}, net::sha256_hex,
                loaded.records, loaded.problem, read_clocks()),
            *journal_, nullptr, ports());
        asio::co_spawn(
            io_, executor_->run(),
            asio::bind_cancellation_slot(
                stop_.slot(), [this](std::exception_ptr) { ended_ = true; }));
    }
    ~ExecutorTest() override
    {
        gate_.open();
        stop_.emit(asio::cancellation_type::terminal);
        EXPECT_TRUE(run_until(io_, [this] { return ended_; }));
    }

    static ExecutorPorts ports()
    {
        return {
            [](const core::AlertChange&) {}, [](core::Severity, const std::string&) {},
            [](const core::Acting&) {}, [](const std::string&) {}};
    }
    void ask(core::run_event::Command command)
    {
        asio::co_spawn(
            io_, executor_->ask(std::move(command)),
            [this](std::exception_ptr, core::run_effect::Answer given) {
                answer_ = std::move(given);
            });
    }
    bool journal_will_be_stuck() const
    {
        return executor_->journal_stuck(read_clocks().instant + 1min).has_value();
    }
    bool journal_is_idle()
    {
        return run_until(io_, [this] { return !journal_will_be_stuck(); });
    }
    bool steps_twice()
    {
        const auto before = executor_->progress().steps();
        return run_until(io_, [&] { return executor_->progress().steps() >= before + 2; });
    }

    support::TemporaryDirectory directory_;
    support::FaultyVfs disk_;
    Gate gate_;
    asio::io_context io_{1};
    asio::cancellation_signal stop_;
    std::optional<store::Journal> journal_;
    std::unique_ptr<Executor> executor_;
    std::optional<core::run_effect::Answer> answer_;
    bool ended_ = false;
};

TEST_F(ExecutorTest, GoesOnByItselfWithNothingToDo)
{
    start();
    EXPECT_TRUE(executor_->progress().stuck(read_clocks().instant)) << "before it runs";
    ASSERT_TRUE(journal_is_idle());
    ASSERT_TRUE(steps_twice());
    EXPECT_FALSE(executor_->progress().stuck(read_clocks().instant));
}

TEST_F(ExecutorTest, AWriteThatDoesNotComeBackIsSeenWhileItGoesOn)
{
    start();
    ASSERT_TRUE(steps_twice());
    ASSERT_TRUE(journal_is_idle());
    gate_.shut();
    ask(hold());
    ASSERT_TRUE(run_until(io_, [this] { return journal_will_be_stuck(); }));
    ASSERT_TRUE(steps_twice());
    EXPECT_FALSE(executor_->progress().stuck(read_clocks().instant));
    EXPECT_FALSE(executor_->journal_stuck(read_clocks().instant)) << "not yet for long";
    EXPECT_TRUE(journal_will_be_stuck());
    EXPECT_FALSE(answer_) << "before it is durable";
    gate_.open();
    ASSERT_TRUE(journal_is_idle());
    EXPECT_TRUE(run_until(io_, [this] { return answer_ && answer_->ok; }));
}

TEST_F(ExecutorTest, RoomThatIsNotMadeIsSeenToo)
{
    start();
    gate_.shut();
    ASSERT_TRUE(run_until(io_, [this] { return journal_will_be_stuck(); }));
    ASSERT_TRUE(steps_twice());
    EXPECT_TRUE(journal_will_be_stuck());
    gate_.open();
    EXPECT_TRUE(journal_is_idle());
}

}  // namespace
}  // namespace understudy
