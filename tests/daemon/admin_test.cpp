#include "daemon/admin_client.hpp"
#include "daemon/admin_protocol.hpp"
#include "daemon/admin_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

namespace understudy {
namespace {

using testing::HasSubstr;
namespace asio = boost::asio;
namespace json = boost::json;

/// A server on a thread of its own, in a folder of its own, until the test ends.
class Admin : public testing::Test {
protected:
    Admin()
        : folder_(std::filesystem::temp_directory_path() / ("admin-" + std::to_string(getpid())))
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
    }
    ~Admin() override
    {
        stop();
        std::filesystem::remove_all(folder_);
    }

    AdminSocketOptions options() const
    {
        AdminSocketOptions result;
        result.path = folder_ / "admin.sock";
        return result;
    }

    void start()
    {
        server_ = std::make_unique<AdminServer>(
            io_.get_executor(), options(), [this](Principal principal, AdminRequest request) {
                return answer(principal, std::move(request));
            });
        asio::co_spawn(
            io_, server_->run(),
            asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr) {}));
        thread_ = std::thread([this] { io_.run(); });
    }

    bool waits() const { return waits_; }

    /// `wait` is answered when the test says `release`: as a machine answers whose journal is slow.
    asio::awaitable<json::object> answer(Principal principal, AdminRequest request)
    {
        if (request.verb == "wait") {
            boost::system::error_code error;
            waits_ = true;
            co_await released_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        } else if (request.verb == "release") {
            released_.cancel();
        } else if (request.verb != "who") {
            throw std::runtime_error("unknown verb");
        }
        co_return json::object{{"uid", principal.uid}, {"pid", principal.pid}};
    }

    void stop()
    {
        if (!thread_.joinable())
            return;
        asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        thread_.join();
        server_.reset();
    }

    /// Connects without saying anything.
    int silent_client() const
    {
        const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = options().path.string();
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* generic = static_cast<const void*>(&address);
        EXPECT_EQ(::connect(file, static_cast<const sockaddr*>(generic), sizeof address), 0);
        return file;
    }

    std::filesystem::path folder_;
    asio::io_context io_{1};
    asio::cancellation_signal stop_;
    std::atomic<bool> waits_ = false;
    asio::steady_timer released_{io_, asio::steady_timer::time_point::max()};
    std::unique_ptr<AdminServer> server_;
    std::thread thread_;
};

TEST_F(Admin, AnAnswerThatTakesTimeDelaysNobodyElse)
{
    start();
    std::exception_ptr failure;
    std::thread waiting([&] {
        try {
            ask_daemon(options().path, {{"verb", "wait"}});
        } catch (...) {
            failure = std::current_exception();
        }
    });
    EXPECT_NO_THROW(ask_daemon(options().path, {{"verb", "who"}}));
    // Not before `wait` has arrived is there anything to release.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!waits() && std::chrono::steady_clock::now() < limit)
        ask_daemon(options().path, {{"verb", "who"}});
    ask_daemon(options().path, {{"verb", "release"}});
    waiting.join();
    EXPECT_FALSE(failure) << "the answer did not come";
}

TEST_F(Admin, AnAnswerThatNeverComesDoesNotHoldUpTheEnd)
{
    start();
    std::thread waiting([&] {
        EXPECT_THROW(ask_daemon(options().path, {{"verb", "wait"}}), std::runtime_error);
    });
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!waits() && std::chrono::steady_clock::now() < limit)
        ask_daemon(options().path, {{"verb", "who"}});
    const auto begin = std::chrono::steady_clock::now();
    stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    waiting.join();
}

TEST_F(Admin, KnowsWhoAsksFromTheKernel)
{
    start();
    const auto answer = ask_daemon(options().path, {{"verb", "who"}});
    EXPECT_EQ(answer.at("uid").to_number<unsigned>(), getuid());
    EXPECT_EQ(answer.at("pid").to_number<int>(), getpid());
}

TEST_F(Admin, RefusalReachesTheAskerInTheDaemonsWords)
{
    start();
    try {
        ask_daemon(options().path, {{"verb", "promote"}});
        FAIL() << "the daemon accepted an unknown verb";
    } catch (const DaemonAway& away) {
        FAIL() << away.what();
    } catch (const std::runtime_error& refusal) {
        EXPECT_STREQ(refusal.what(), "unknown verb");
    }
}

TEST_F(Admin, SocketIsForItsOwnerAndGroupOnly)
{
    start();
    struct stat status {};
    ASSERT_EQ(stat(options().path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0660U);
}

TEST_F(Admin, NobodyThereIsSaidWithTheRemedy)
{
    try {
        ask_daemon(options().path, {{"verb", "who"}});
        FAIL();
    } catch (const DaemonAway& away) {
        EXPECT_THAT(away.what(), HasSubstr("is the daemon running"));
    }
}

TEST_F(Admin, SocketOfAKilledDaemonIsReplacedAndOfALivingOneIsNot)
{
    {
        // What a killed daemon leaves behind: a bound socket that nobody listens on.
        asio::io_context io;
        asio::local::stream_protocol::acceptor left(io);
        left.open();
        left.bind(asio::local::stream_protocol::endpoint(options().path.string()));
    }
    start();
    EXPECT_NO_THROW(ask_daemon(options().path, {{"verb", "who"}}));
    const auto second = [this] { AdminServer server(io_.get_executor(), options(), {}); };
    EXPECT_THROW(second(), std::runtime_error);
    EXPECT_NO_THROW(ask_daemon(options().path, {{"verb", "who"}}))
        << "the first one's socket is gone";
}

TEST_F(Admin, FileInTheWayIsNotRemoved)
{
    std::ofstream(options().path) << "precious";
    EXPECT_THROW(start(), std::runtime_error);
    EXPECT_TRUE(std::filesystem::exists(options().path));
}

TEST_F(Admin, SilentClientsDelayNeitherOthersNorTheEnd)
{
    start();
    const int silent = silent_client();
    EXPECT_NO_THROW(ask_daemon(options().path, {{"verb", "who"}}));
    const auto begin = std::chrono::steady_clock::now();
    stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    ::close(silent);
}

TEST_F(Admin, EndlessRequestIsRefused)
{
    start();
    const json::object request{{"verb", std::string(2 * admin_request_bytes_max, 'x')}};
    try {
        ask_daemon(options().path, request);
        FAIL();
    } catch (const std::runtime_error& error) {
        // Either the refusal is read, or the connection was cut while we still wrote.
        EXPECT_THAT(
            error.what(), testing::AnyOf(HasSubstr("64 KiB"), HasSubstr("no daemon answers")));
    }
    EXPECT_NO_THROW(ask_daemon(options().path, {{"verb", "who"}}));
}

struct BadLine {
    const char* line;
    const char* complaint;
};

class BadRequest : public testing::TestWithParam<BadLine> {};

TEST_P(BadRequest, IsRefusedWithWords)
{
    try {
        parse_admin_request(GetParam().line);
        FAIL() << GetParam().line;
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
    }
}

INSTANTIATE_TEST_SUITE_P(
    AdminProtocol,
    BadRequest,
    testing::Values(
        BadLine{"", "not JSON"},
        BadLine{"{", "not JSON"},
        BadLine{"[]", "string \"verb\""},
        BadLine{"{\"verb\": 1}", "string \"verb\""},
        BadLine{"{\"verb\": \"status\"} trailing", "not JSON"},
        BadLine{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "not JSON"}));

TEST(AdminProtocol, KeepsTheArguments)
{
    const auto request = parse_admin_request(R"({"verb": "status", "plane": "east"})");
    EXPECT_EQ(request.verb, "status");
    EXPECT_EQ(request.arguments.at("plane").as_string(), "east");
}

}  // namespace
}  // namespace understudy
