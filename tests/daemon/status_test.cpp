#include "core/healthy_pair.hpp"
#include "core/watch.hpp"
#include "daemon/status_json.hpp"
#include "daemon/status_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

core::Now at(core::Duration since_start)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_start);
    return {
        core::Instant(std::chrono::hours(1) + since_start),
        core::WallTime(std::chrono::milliseconds(1'790'000'000'123) + milliseconds)};
}

core::Report report_of_a_start()
{
    core::Watch watch(core::testing::fast_settings(), {}, at({}));
    watch.step(core::Woke{}, at({}));
    return watch.report(at(std::chrono::milliseconds(500)));
}

TEST(StatusJson, ShowsBothPlanesEverySignalAndEveryGate)
{
    const auto report = report_of_a_start();
    const auto status = status_json(report);
    EXPECT_EQ(status.at("planes").as_array().size(), 2U);
    EXPECT_EQ(status.at("signals").as_array().size(), report.signals.size());
    EXPECT_EQ(status.at("gates").as_array().size(), report.gates.size());
    EXPECT_EQ(status.at("mode").as_string(), "observe");
}

TEST(StatusJson, TimesAreRfc3339InUtc)
{
    EXPECT_EQ(status_json(report_of_a_start()).at("time").as_string(), "2026-09-21T14:13:20.623Z");
}

TEST(StatusJson, WhatIsUnknownIsNullAndNotZero)
{
    const auto status = status_json(report_of_a_start());
    EXPECT_TRUE(status.at("standby").at("lag_bytes").is_null());
    EXPECT_TRUE(status.at("control_planes").as_array().front().at("last_exchange").is_null());
    EXPECT_TRUE(status.at("floating").at("answer").is_null());
}

TEST(WhyJson, NamesEachClosedGateAsMissing)
{
    const auto report = report_of_a_start();
    std::size_t closed = 0;
    for (const auto& gate : report.gates)
        closed += gate.open ? 0 : 1;
    const auto why = why_json(report);
    EXPECT_EQ(why.at("missing").as_array().size(), closed);
    EXPECT_THAT(json::serialize(why.at("missing")), HasSubstr("verdict_failed"));
}

TEST(StatusText, HasALineForEachSignalAndNoColourUnlessAsked)
{
    const auto report = report_of_a_start();
    const auto status = status_json(report);
    const auto plain = status_text(status, {false});
    for (const auto& signal : report.signals)
        EXPECT_THAT(plain, HasSubstr(signal.id));
    EXPECT_THAT(plain, Not(HasSubstr("\033[")));
    EXPECT_THAT(status_text(status, {true}), HasSubstr("\033["));
}

TEST(StatusText, SurvivesAnAnswerOfAnotherVersion)
{
    EXPECT_NO_THROW(status_text({}, {false}));
    EXPECT_NO_THROW(why_text({}, {false}));
}

TEST(WhyText, SaysWhatIsMissing)
{
    const auto text = why_text(why_json(report_of_a_start()), {false});
    EXPECT_THAT(text, HasSubstr("Missing for a failover now: "));
    EXPECT_THAT(text, HasSubstr("observer_sighted"));
}

}  // namespace
}  // namespace understudy
