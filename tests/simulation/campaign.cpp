#include "campaign.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

#include "progress.hpp"
#include "report.hpp"

namespace understudy::simulation {

namespace {

constexpr std::uint64_t progress_kept_every = 500;

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
    for (; progress.next < end; ++progress.next) {
        if (!campaign.progress.empty() && progress.next % progress_kept_every == 0)
            write_progress(campaign.progress, progress);
        Options options;
        options.seed = progress.next;
        options.profile = campaign.profile;
        const auto result = simulate(options);
        progress.statistics.add(result.statistics);
        progress.violated += result.violations.empty() ? 0U : 1U;
        if (campaign.prints_hashes)
            out << result.seed << " " << std::hex << result.hash << std::dec << "\n";
        print_violations(out, result);
    }
    if (!campaign.progress.empty())
        write_progress(campaign.progress, progress);
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
