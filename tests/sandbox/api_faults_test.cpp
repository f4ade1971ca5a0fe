#include "sandbox/kube/api_faults.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace {

using namespace understudy::sandbox;
namespace asio = boost::asio;

class SickApi : public testing::Test {
protected:
    void ask_for(const char* command) { faults_.add(api_fault_of(json::parse(command))); }

    Response send(
        const std::string& method = "PATCH", const std::string& target = "/deployments/tsb")
    {
        Request request;
        request.method = method;
        request.target = target;
        asio::io_context io;
        return understudy::support::run_coroutine(io, answer(std::move(request)));
    }

    int carried_out_ = 0;

private:
    asio::awaitable<Response> answer(Request request)
    {
        const CarryOut carry_out = [this](const Request&) {
            ++carried_out_;
            return Response(200, "done");
        };
        co_return co_await faults_.answer(std::move(request), carry_out);
    }

    ApiFaults faults_;
};

std::string header(const Response& response, std::string_view name)
{
    const auto found =
        std::ranges::find_if(response.headers, [&](const auto& one) { return one.first == name; });
    return found == response.headers.end() ? std::string() : found->second;
}

TEST_F(SickApi, TellsToTryAgainLaterForAsOftenAsItWasAsked)
{
    ask_for(R"({"answer":429,"times":2,"retry_after":3})");
    for (int time = 0; time < 2; ++time) {
        const auto refused = send();
        EXPECT_EQ(refused.status, 429U);
        EXPECT_EQ(header(refused, "Retry-After"), "3");
        EXPECT_EQ(text_at(json::parse(refused.body), "/reason"), "TooManyRequests");
    }
    EXPECT_EQ(carried_out_, 0);
    EXPECT_EQ(send().body, "done");
}

TEST_F(SickApi, MayLieThatAWriteFailed)
{
    ask_for(R"({"answer":500,"commit":true})");
    EXPECT_EQ(send().status, 500U);
    EXPECT_EQ(carried_out_, 1);
}

TEST_F(SickApi, MayAnswerWithThePageOfAProxy)
{
    ask_for(R"({"answer":502,"html":true})");
    const auto page = send();
    EXPECT_EQ(page.content_type, "text/html");
    EXPECT_EQ(page.status, 502U);
    EXPECT_EQ(carried_out_, 0);
    ask_for(R"({"html":true})");
    EXPECT_EQ(send().status, 200U);
    EXPECT_EQ(carried_out_, 1) << "a page in place of the request's own answer";
}

TEST_F(SickApi, MayLoseTheReplyAfterOrBeforeTheCommit)
{
    ask_for(R"({"drop":true})");
    EXPECT_TRUE(send().reset);
    EXPECT_EQ(carried_out_, 1);
    ask_for(R"({"drop":true,"commit":false})");
    EXPECT_TRUE(send().reset);
    EXPECT_EQ(carried_out_, 1);
}

TEST_F(SickApi, GoesWrongOnlyWhereItWasAskedTo)
{
    ask_for(R"({"answer":503,"method":"PATCH","path":"/deployments/iam"})");
    EXPECT_EQ(send("GET", "/deployments/iam").status, 200U);
    EXPECT_EQ(send("PATCH", "/deployments/tsb").status, 200U);
    EXPECT_EQ(send("PATCH", "/deployments/iam?fieldManager=x").status, 503U);
}

TEST_F(SickApi, ForgetsWhatIsStillToCome)
{
    ask_for(R"({"answer":503,"times":9})");
    ask_for(R"({"times":0})");
    EXPECT_EQ(send().status, 200U);
}

TEST(ApiFaultCommand, RefusesWhatMakesNoSense)
{
    for (const auto* command :
         {R"({"commit":false})", R"({"answer":200})", R"({"answer":503,"times":-1})"})
        EXPECT_THROW(api_fault_of(json::parse(command)), std::runtime_error) << command;
}

}  // namespace
