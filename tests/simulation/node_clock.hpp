/// The clocks of one machine, as they run beside true time.
#pragma once

#include "core/time.hpp"

namespace understudy::simulation {

/// True time is the simulation's own; no machine can read it. A machine's boot time runs a little
/// too fast or too slow, and stands still while its hypervisor has it paused. Its wall time is off
/// by an amount that somebody may step.
class NodeClock {
public:
    /// `drift`: so many millionths too fast.
    NodeClock(core::Instant true_now, std::int64_t drift, std::chrono::milliseconds wall_offset)
        : true_origin_(true_now), drift_(drift), wall_offset_(wall_offset)
    {}

    core::Now at(core::Instant true_now) const
    {
        const auto boot = boot_at(true_now);
        const auto since_1970 = boot - core::Instant{} + wall_offset_;
        return {
            boot, wall_origin + std::chrono::duration_cast<std::chrono::milliseconds>(since_1970)};
    }
    core::Instant boot_at(core::Instant true_now) const
    {
        return is_paused_ ? boot_origin_ : boot_origin_ + scaled(true_now - true_origin_, drift_);
    }
    /// When the boot time will be that, unless the machine is paused before.
    core::Instant true_at(core::Instant boot) const
    {
        // Rounded up, so that whoever wakes then finds that his time has come.
        const auto span = boot - boot_origin_;
        const auto pace = 1'000'000 + drift_;
        return true_origin_ + span / pace * 1'000'000 + span % pace * 1'000'000 / pace +
               std::chrono::microseconds(2);
    }

    void step_wall(std::chrono::milliseconds by) { wall_offset_ += by; }
    std::chrono::milliseconds wall_offset() const { return wall_offset_; }
    void pause(core::Instant true_now)
    {
        boot_origin_ = boot_at(true_now);
        is_paused_ = true;
    }
    void go_on(core::Instant true_now)
    {
        true_origin_ = true_now;
        is_paused_ = false;
    }

    /// The machine boots: its boot time begins anew.
    void restart(core::Instant true_now)
    {
        true_origin_ = true_now;
        boot_origin_ = core::Instant(std::chrono::seconds(1));
        is_paused_ = false;
    }

private:
    static constexpr core::WallTime wall_origin{std::chrono::seconds(1'790'000'000)};

    static core::Duration scaled(core::Duration span, std::int64_t millionths)
    {
        return span + span / 1'000'000 * millionths;
    }

    core::Instant true_origin_;
    core::Instant boot_origin_{true_origin_};
    std::int64_t drift_;
    std::chrono::milliseconds wall_offset_;
    bool is_paused_ = false;
};

}  // namespace understudy::simulation
