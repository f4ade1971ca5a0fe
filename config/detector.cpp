#include "config/detector.hpp"

#include "config/durations.hpp"
#include "config/order.hpp"

#include <fmt/format.h>

#include <array>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

enum class Profile { standard, fast };

/// Running applications do not notice a dead Management Plane, a wrong failover they would: the
/// default takes its time. `fast` is for those who know why they need it.
DetectorReading profile_of(Profile profile)
{
    DetectorReading reading;
    if (profile == Profile::fast) {
        reading.pace.interval = 1s;
        reading.pace.timeout = 1s;
        reading.pace.burst_interval = 250ms;
        reading.settings.confirm = 3s;
    }
    return reading;
}

Profile read_profile(Section& section)
{
    constexpr std::array choices{
        Choice<Profile>{"default", Profile::standard}, Choice<Profile>{"fast", Profile::fast}};
    auto profile = Profile::standard;
    section.read_choice<Profile>("profile", profile, choices);
    return profile;
}

void read_times(Section& section, core::DetectorSettings& settings)
{
    section.read("confirm", settings.confirm, Range<Duration>{0s, 24h});
    section.read("warm_up", settings.warm_up, Range<Duration>{0s, 24h});
    section.read("sync_stale", settings.sync_stale, Range<Duration>{1s, 24h});
    section.read("local_recovery_max", settings.local_recovery_max, Range<Duration>{0s, 24h});
    section.read("maintenance_max", settings.maintenance_max, Range<Duration>{0s, 24h});
    section.read("burst_max", settings.burst_max, Range<Duration>{1s, 24h});
    section.read("stall_limit", settings.stall_limit, Range<Duration>{10ms, 1min});
    section.read("clock_jump_limit", settings.clock_jump_limit, Range<Duration>{100ms, 1h});
    section.read("credentials_worked", settings.credentials_worked, Range<Duration>{1s, 24h});
}

void check_relations(Section& section, const DetectorReading& reading)
{
    const auto& settings = reading.settings;
    const auto& pace = reading.pace;
    const Duration falling = pace.damping.fall * pace.interval;
    const Duration falling_in_burst = pace.damping.fall * (pace.burst_interval + pace.timeout);
    const std::array orders{
        Order{
            "warm_up", settings.warm_up, "fall * interval", falling, true,
            "before that no signal can have gone down"},
        Order{
            "sync_stale", settings.sync_stale, "fall * interval", falling, false,
            "control planes must not lose the plane sooner than we do"},
        Order{
            "burst_max", settings.burst_max, "fall * (burst_interval + timeout)", falling_in_burst,
            true, "one burst must be able to take a signal down"},
        Order{
            "credentials_worked", settings.credentials_worked, "interval + timeout",
            pace.interval + pace.timeout, false,
            "else no earlier success of the credentials is ever remembered"},
    };
    for (const auto& order : orders)
        check_order(section, order);
    if (settings.stall_limit >= pace.timeout)
        section.complain(
            "stall_limit",
            fmt::format(
                "({}) must be shorter than timeout ({}): a stall of ours must be noticed before it "
                "looks like silence of a plane",
                format_duration(settings.stall_limit), format_duration(pace.timeout)));
}

}  // namespace

DetectorReading read_detector(Section& section)
{
    auto reading = profile_of(read_profile(section));
    read_pace(section, reading.pace);
    reading.settings.warm_up = reading.pace.damping.fall * reading.pace.interval;
    read_times(section, reading.settings);
    section.read("clients_quorum", reading.settings.clients_quorum, Range<int>{0, 1000});
    check_relations(section, reading);
    section.reject_unknown();
    return reading;
}

core::StandbySettings read_standby(Section& section)
{
    core::StandbySettings settings;
    section.read_size(
        "lag_bytes_max", settings.lag_bytes_max, Range<std::int64_t>{0, std::int64_t{1} << 40});
    section.read("position_age_max", settings.position_age_max, Range<Duration>{1s, 24h});
    section.read("restore_age_max", settings.restore_age_max, Range<Duration>{1min, 24h * 365});
    section.read(
        "certificate_left_min", settings.certificate_left_min, Range<Duration>{0s, 24h * 365});
    section.read("key_secrets", settings.key_secrets);
    section.reject_unknown();
    return settings;
}

}  // namespace understudy::config
