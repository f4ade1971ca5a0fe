#include "daemon/needs_restart.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace understudy {
namespace {

using namespace std::chrono_literals;

config::Settings some_settings()
{
    config::Settings settings;
    settings.watch.planes = {{"east", "east.tsb.test", true}, {"west", "west.tsb.test", false}};
    settings.heartbeat.emplace().url = "https://alive.test/understudy";
    return settings;
}

struct Change {
    const char* what;
    std::function<void(config::Settings&)> make;
};

TEST(NeedsRestart, NamesWhatAReloadCannotTakeOver)
{
    for (const auto& change : {
             Change{"", [](auto&) {}},
             Change{"", [](auto& s) { s.watch.detector.confirm = 1h; }},
             Change{"", [](auto& s) { s.log.level = config::LogLevel::debug; }},
             Change{"the names of the planes", [](auto& s) { s.watch.planes[0].name = "north"; }},
             Change{"state_directory", [](auto& s) { s.state_directory = "/elsewhere"; }},
             Change{"observer", [](auto& s) { s.watch.observer = "another"; }},
             Change{"admin", [](auto& s) { s.admin.group = "another"; }},
             Change{"listen", [](auto& s) { s.listen.port = 1; }},
             Change{"heartbeat", [](auto& s) { s.heartbeat->url += "/2"; }},
             Change{"heartbeat", [](auto& s) { s.heartbeat->interval = 7s; }},
             Change{"heartbeat", [](auto& s) { s.heartbeat->tls.ca_file = "/ca.pem"; }},
             Change{"heartbeat", [](auto& s) { s.heartbeat.reset(); }},
             Change{"log.format", [](auto& s) { s.log.format = config::LogFormat::json; }},
         }) {
        auto after = some_settings();
        change.make(after);
        EXPECT_EQ(needs_restart(some_settings(), after), change.what);
        EXPECT_EQ(needs_restart(after, some_settings()), change.what);
    }
}

}  // namespace
}  // namespace understudy
