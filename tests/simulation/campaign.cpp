#include "campaign.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>
#include <vector>

#include "parallel.hpp"
#include "progress.hpp"
#include "report.hpp"

namespace understudy::simulation {

namespace {

/// So many seeds at a time, so that what is printed and kept comes in their order.
constexpr std::uint64_t batch_seeds = 100;

std::uint64_t batch_end(std::uint64_t next, std::uint64_t end)
{
    return std::min(end, (next / batch_seeds + 1) * batch_seeds);
}

std::vector<Result> simulate_all(const Campaign& campaign, std::uint64_t first, std::uint64_t end)
{
    return in_parallel(end - first, [&](std::size_t i) {
        Options options;
        options.seed = first + i;
        options.profile = campaign.profile;
        return simulate(options);
    });
}

bool reached_everything(const Campaign& campaign, const Statistics& statistics)
{
    if (campaign.profile || statistics.scenarios < seeds_that_reach_everything)
        return true;
    return std::ranges::none_of(statistics.reached, [](std::uint64_t count) { return count == 0; });
}

}  // namespace

int run_campaign(const Campaign& campaign, std::ostream& out)
{
    Progress progress{campaign.from, 0, {}};
    if (!campaign.progress.empty())
        progress = read_progress(campaign.progress).value_or(progress);
    const auto end = campaign.from + campaign.seeds;
    while (progress.next < end) {
        const auto last = batch_end(progress.next, end);
        for (const auto& result : simulate_all(campaign, progress.next, last)) {
            progress.statistics.add(result.statistics);
            progress.violated += result.violations.empty() ? 0U : 1U;
            if (campaign.prints_hashes)
                out << result.seed << " " << std::hex << result.hash << std::dec << "\n";
            print_violations(out, result);
        }
        progress.next = last;
        if (!campaign.progress.empty())
            write_progress(campaign.progress, progress);
    }
    const bool is_complete = reached_everything(campaign, progress.statistics);
    if (!campaign.prints_hashes) {
        print_statistics(out, progress.statistics);
        out << "seeds with a violation: " << progress.violated << "\n";
        out << (is_complete ? "" : "some states were never reached, and have to be\n");
    }
    return progress.violated == 0 && is_complete ? 0 : 1;
}

int run_regress(const std::string& file, std::ostream& out)
{
    std::ifstream lines(file);
    if (!lines) {
        out << "cannot read " << file << "\n";
        return 1;
    }
    int status = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        Options options;
        std::string profile;
        if (!(words >> options.seed))
            continue;
        if (words >> profile)
            options.profile = profile_named(profile);
        const auto result = simulate(options);
        print_violations(out, result);
        status = result.violations.empty() ? status : 1;
    }
    return status;
}

}  // namespace understudy::simulation
