#include "bug_hunt.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

#include "bugs/planted.hpp"
#include "simulation.hpp"

namespace understudy::simulation {

namespace {

namespace planted = core::planted;

struct Death {
    std::uint64_t seed = 0;
    std::string invariant;
};

/// Where faults come dense something shows soonest; lone outages show what is not answered.
ProfileRow profile_of(std::uint64_t seed)
{
    constexpr std::array names{"adversarial", "healthy-noisy", "outage-with-faults", "outage"};
    return *profile_named(names[seed % names.size()]);
}

std::optional<Death> hunt(int bug, std::uint64_t seeds)
{
    planted::choose(bug);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        Options options;
        options.seed = seed;
        options.profile = profile_of(seed);
        const auto result = simulate(options);
        if (!result.violations.empty())
            return Death{seed, result.violations.front().invariant};
    }
    return std::nullopt;
}

}  // namespace

int hunt_bugs(std::uint64_t seeds, int only)
{
    if (const auto nobody = hunt(0, seeds)) {
        std::cout << "no bug is awake, and seed " << nobody->seed << " violates "
                  << nobody->invariant << "\n";
        return 1;
    }
    std::uint64_t ours = 0;
    std::uint64_t found = 0;
    for (const auto& bug : planted::bugs()) {
        if (only != 0 && bug.number != only)
            continue;
        const bool is_ours = bug.killer == "simulator";
        const auto death = hunt(bug.number, seeds);
        ours += is_ours ? 1 : 0;
        found += is_ours && death ? 1U : 0U;
        std::cout << (death     ? "died"
                      : is_ours ? "SURVIVED"
                                : "survived")
                  << "  " << bug.number << "  " << bug.name << " (" << bug.file << ", "
                  << bug.killer << ")";
        if (death)
            std::cout << ": seed " << death->seed << ", " << death->invariant;
        std::cout << std::endl;
    }
    planted::choose(0);
    std::cout << found << " of the simulator's " << ours << " bugs died within " << seeds
              << " seeds\n";
    return found * 20 >= ours * 19 ? 0 : 1;
}

}  // namespace understudy::simulation
