#include "actions/resolve_name.hpp"

#include "support/run_coroutine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using testing::HasSubstr;

class ResolveNameTest : public testing::Test {
protected:
    /// `floating` is what the local resolver holds for the floating name.
    core::Observation observe(std::vector<std::string> floating, const std::string& from = "east")
    {
        net::ResolverOptions names;
        names.servers = "127.0.0.1:1";  // nobody: only what is below resolves
        names.hosts["east"] = {make_address("192.0.2.1")};
        names.hosts["west"] = {make_address("192.0.2.2"), make_address("192.0.2.3")};
        for (const auto& address : floating)
            names.hosts["active"].push_back(make_address(address));
        net::Resolver resolver(io.get_executor(), names);
        ResolveName action(resolver, {.timeout = 300ms});
        core::Operation operation;
        operation.kind = core::OperationKind::resolve_name;
        operation.object = "active";
        operation.parameters = {{"from", from}, {"to", "west"}};
        return support::run_coroutine(io, action.observe(operation));
    }

    static bool is_new(const core::Observation& seen)
    {
        return core::find_fact<bool>(seen.facts, "is_new").value();
    }

    boost::asio::io_context io{1};
};

TEST_F(ResolveNameTest, TellsNewFromOld)
{
    EXPECT_TRUE(is_new(observe({"192.0.2.2"})));
    EXPECT_TRUE(is_new(observe({"192.0.2.3", "192.0.2.2"})));
    EXPECT_FALSE(is_new(observe({"192.0.2.1"})));
    EXPECT_FALSE(is_new(observe({"192.0.2.1", "192.0.2.2"})));
    const auto seen = observe({"192.0.2.2"});
    EXPECT_EQ(core::find_fact<std::string>(seen.facts, "answer"), "192.0.2.2");
}

/// Then nothing tells which of the two answers.
TEST_F(ResolveNameTest, AddressesThatBothPlanesShareAreNotNew)
{
    EXPECT_FALSE(is_new(observe({"192.0.2.2"}, "west")));
}

TEST_F(ResolveNameTest, AnOldPlaneThatIsGoneFromDnsDoesNotMatter)
{
    EXPECT_TRUE(is_new(observe({"192.0.2.2"}, "nowhere")));
}

TEST_F(ResolveNameTest, ANameThatDoesNotResolveSaysNothing)
{
    const auto seen = observe({});
    EXPECT_FALSE(seen.readable);
    EXPECT_THAT(seen.detail, HasSubstr("active"));
}

}  // namespace
}  // namespace understudy::actions
