#include "sandbox/front/front_faults.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace understudy::sandbox;

std::string answers(FrontFaults& faults, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += faults.next_request_fails("/v2/status") ? 'x' : '.';
    return text;
}

TEST(FrontFaults, AShareIsTheSameEveryTime)
{
    FrontFaults faults;
    EXPECT_EQ(answers(faults, 5), ".....");
    faults.set(FrontFault::errors_share, true);
    EXPECT_EQ(answers(faults, 20), "x..x..x...x..x..x...");
    faults.set(FrontFault::errors_share, true);
    EXPECT_EQ(answers(faults, 3), "x..") << "counted since it began";
    faults.set(FrontFault::errors_share, false);
    EXPECT_EQ(answers(faults, 10), "..........");
}

TEST(FrontFaults, AShareIsNotMovedByOtherRequests)
{
    FrontFaults faults;
    faults.set(FrontFault::errors_share, true);
    std::string text;
    for (int i = 0; i < 10; ++i) {
        text += answers(faults, 1);
        faults.next_request_fails("/v2/clusters");
    }
    EXPECT_EQ(text, "x..x..x...");
}

TEST(FrontFaults, ErrorsAreAll)
{
    FrontFaults faults;
    faults.set(FrontFault::errors, true);
    EXPECT_EQ(answers(faults, 4), "xxxx");
    EXPECT_EQ(faults.names(), "errors ");
}

TEST(FrontFaults, AnUnknownNameListsTheKnown)
{
    EXPECT_EQ(front_fault_named("cert-expired"), FrontFault::cert_expired);
    try {
        front_fault_named("cert-expried");
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("cert-expired"), std::string::npos);
    }
}

}  // namespace
