#include "shrink.hpp"

#include "trace.hpp"

namespace understudy::simulation {

namespace {

bool is_still_violated(const Options& options, const std::string& invariant)
{
    const auto result = simulate(options);
    return !result.violations.empty() && result.violations.front().invariant == invariant;
}

}  // namespace

Options shrink(Options options)
{
    const auto first = simulate(options);
    const auto invariant = first.violations.front().invariant;
    for (const auto& fault : first.faults) {
        auto without = options;
        without.left_out.insert(fault.kind);
        if (is_still_violated(without, invariant))
            options = std::move(without);
    }
    const auto least = simulate(options);
    auto shorter = options;
    shorter.length = least.violations.front().at - beginning + std::chrono::seconds(1);
    return is_still_violated(shorter, invariant) ? shorter : options;
}

std::string command_of(const Options& options)
{
    auto text = "scripts/simulate --seed " + std::to_string(options.seed);
    if (options.profile)
        text += " --profile " + std::string(options.profile->name);
    std::string names;
    for (const auto kind : options.left_out)
        names += (names.empty() ? "" : ",") + std::string(fault_kinds()[kind].name);
    if (!names.empty())
        text += " --without " + names;
    if (options.length)
        text += " --length " +
                std::to_string(std::chrono::ceil<std::chrono::seconds>(*options.length).count());
    return text + " --trace";
}

}  // namespace understudy::simulation
