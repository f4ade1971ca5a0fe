#include "config/pace.hpp"

#include "config/durations.hpp"

#include <fmt/format.h>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

constexpr Range<Duration> interval_range{100ms, 24h};
constexpr Range<Duration> burst_range{50ms, 24h};
constexpr Range<Duration> timeout_range{10ms, 10min};
constexpr Range<int> count_range{1, 100};
constexpr Range<int> window_range{1, 1000};

void check_times(Section& section, const Pace& pace)
{
    if (pace.timeout > pace.interval)
        section.complain(
            "timeout", fmt::format(
                           "({}) is longer than interval ({}): the probe would overlap itself; "
                           "lower the timeout or raise the interval",
                           format_duration(pace.timeout), format_duration(pace.interval)));
    if (pace.burst_interval > pace.interval)
        section.complain(
            "burst_interval",
            fmt::format(
                "({}) is longer than interval ({}): suspicion must not slow the probe down; lower "
                "burst_interval or raise the interval",
                format_duration(pace.burst_interval), format_duration(pace.interval)));
}

void check_damping(Section& section, const core::Damping& damping)
{
    if (damping.fall > damping.window)
        section.complain(
            "fall", fmt::format(
                        "({}) is more than window ({}): so many failures are never looked back "
                        "upon; lower fall or raise window",
                        damping.fall, damping.window));
    if (damping.degraded_per_mille >= damping.down_per_mille)
        section.complain(
            "degraded_share",
            fmt::format(
                "({:.1f}%) is not below down_share ({:.1f}%): a signal degrades before it goes "
                "down; lower degraded_share or raise down_share",
                damping.degraded_per_mille / 10.0, damping.down_per_mille / 10.0));
}

}  // namespace

void read_pace(Section& section, Pace& pace)
{
    section.read("interval", pace.interval, interval_range);
    section.read("burst_interval", pace.burst_interval, burst_range);
    section.read("timeout", pace.timeout, timeout_range);
    section.read("fall", pace.damping.fall, count_range);
    section.read("rise", pace.damping.rise, count_range);
    section.read("window", pace.damping.window, window_range);
    section.read_share("degraded_share", pace.damping.degraded_per_mille);
    section.read_share("down_share", pace.damping.down_per_mille);
    check_times(section, pace);
    check_damping(section, pace.damping);
}

Pace pace_of(const core::ProbeSettings& settings)
{
    return {settings.interval, settings.burst_interval, settings.timeout, settings.damping};
}

void apply(const Pace& pace, core::ProbeSettings& settings)
{
    settings.interval = pace.interval;
    settings.burst_interval = pace.burst_interval;
    settings.timeout = pace.timeout;
    settings.damping = pace.damping;
}

}  // namespace understudy::config
