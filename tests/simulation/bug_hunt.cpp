#include "bug_hunt.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

#include "bugs/planted.hpp"
#include "parallel.hpp"
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

/// So many seeds at a time: most bugs die within few.
constexpr std::uint64_t batch_seeds = 8;

Result simulate_seed(std::uint64_t seed)
{
    Options options;
    options.seed = seed;
    options.profile = profile_of(seed);
    return simulate(options);
}

/// The first seed that finds it.
std::optional<Death> hunt(int bug, std::uint64_t seeds)
{
    planted::choose(bug);
    for (std::uint64_t first = 1; first <= seeds; first += batch_seeds) {
        const auto count = std::min(batch_seeds, seeds - first + 1);
        const auto results =
            in_parallel(count, [first](std::size_t i) { return simulate_seed(first + i); });
        for (const auto& result : results)
            if (!result.violations.empty())
                return Death{result.seed, result.violations.front().invariant};
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
