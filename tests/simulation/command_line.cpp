#include "command_line.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <string_view>

#include "campaign.hpp"
#include "crash_points.hpp"
#include "report.hpp"
#include "shrink.hpp"
#include "words.hpp"

namespace understudy::simulation {

namespace {

struct Request {
    enum class What : std::uint8_t { campaign, one, shrink, crashes, regress };
    What what = What::campaign;
    Campaign campaign;
    Options one;
    std::optional<core::Variant> variant;
    bool pairs = false;
    CrashPair crash_at{};
    std::string file;
};

bool take_number(Words& words, std::uint64_t& to)
{
    const auto number = words.take_number();
    to = number.value_or(0);
    return number.has_value();
}

bool take_kinds(std::string_view names, std::set<std::size_t>& to)
{
    const auto kinds = fault_kinds();
    while (!names.empty()) {
        const auto name = names.substr(0, names.find(','));
        const auto found = std::ranges::find(kinds, name, &FaultKind::name);
        if (found == kinds.end())
            return false;
        to.insert(static_cast<std::size_t>(found - kinds.begin()));
        names.remove_prefix(std::min(name.size() + 1, names.size()));
    }
    return true;
}

bool take_profile(Words& words, Request& request)
{
    request.one.profile = request.campaign.profile = profile_named(words.take());
    return request.one.profile.has_value();
}

bool take_length(Words& words, Request& request)
{
    const auto seconds = words.take_number();
    request.one.length = std::chrono::seconds(seconds.value_or(0));
    return seconds.has_value();
}

bool take_crash(Words& words, CrashPair& at)
{
    const auto number = words.take_number();
    (at.first == 0 ? at.first : at.second) = number.value_or(0);
    return number.has_value();
}

bool take_file(Words& words, std::string& to)
{
    to = words.take();
    return !to.empty();
}

bool set(Request& request, Request::What what)
{
    request.what = what;
    return true;
}

struct Option {
    std::string_view name;
    bool (*take)(Words&, Request&);
};

using What = Request::What;

// clang-format off
constexpr std::array option_table{
    Option{"--seeds",    [](Words& w, Request& r) { return take_number(w, r.campaign.seeds); }},
    Option{"--from",     [](Words& w, Request& r) { return take_number(w, r.campaign.from); }},
    Option{"--profile",  [](Words& w, Request& r) { return take_profile(w, r); }},
    Option{"--hashes",   [](Words&, Request& r) { return r.campaign.prints_hashes = true; }},
    Option{"--resume",   [](Words& w, Request& r) { return take_file(w, r.campaign.progress); }},
    Option{"--seed",     [](Words& w, Request& r) { return set(r, What::one) && take_number(w, r.one.seed); }},
    Option{"--without",  [](Words& w, Request& r) { return take_kinds(w.take(), r.one.left_out); }},
    Option{"--length",   [](Words& w, Request& r) { return take_length(w, r); }},
    Option{"--trace",    [](Words&, Request& r) { return r.one.tells = true; }},
    Option{"--shrink",   [](Words&, Request& r) { return set(r, What::shrink); }},
    Option{"--crashes",  [](Words&, Request& r) { return set(r, What::crashes); }},
    Option{"--variant",  [](Words& w, Request& r) { return (r.variant = core::variant_named(w.take())).has_value(); }},
    Option{"--pairs",    [](Words&, Request& r) { return r.pairs = true; }},
    Option{"--at",       [](Words& w, Request& r) { return take_crash(w, r.crash_at); }},
    Option{"--regress",  [](Words& w, Request& r) { return set(r, What::regress) && take_file(w, r.file); }},
};
// clang-format on

std::optional<Request> understand(int count, char** given)
{
    Words words(count, given);
    Request request;
    while (words.are_left()) {
        const auto word = words.take();
        const auto* const found = std::ranges::find(option_table, word, &Option::name);
        if (found == option_table.end() || !found->take(words, request))
            return std::nullopt;
    }
    return request;
}

int run_one(const Request& request)
{
    const auto result = simulate(request.one);
    if (request.one.tells)
        print_story(std::cout, result);
    print_violations(std::cout, result);
    std::cout << "hash " << std::hex << result.hash << std::dec << "\n";
    return result.violations.empty() ? 0 : 1;
}

int run_shrink(const Request& request)
{
    if (simulate(request.one).violations.empty()) {
        std::cout << "seed " << request.one.seed << " violates nothing\n";
        return 0;
    }
    const auto least = shrink(request.one);
    print_violations(std::cout, simulate(least));
    std::cout << command_of(least) << "\n";
    return 1;
}

/// One crash, or two, of one variant; the story if it is wanted.
int run_crash(const Request& request)
{
    auto options =
        one_failover(request.variant.value_or(core::Variant::embedded_sync), request.crash_at);
    options.tells = request.one.tells;
    const auto result = simulate(options);
    if (options.tells)
        print_story(std::cout, result);
    print_violations(std::cout, result);
    std::cout << "died " << (result.died.empty() ? "nowhere" : result.died) << "; the world is\n"
              << result.end_state;
    return result.violations.empty() ? 0 : 1;
}

int run_crashes(const Request& request)
{
    if (request.crash_at.first > 0)
        return run_crash(request);
    using core::Variant;
    constexpr std::array all{
        Variant::embedded_sync, Variant::restore, Variant::shared_postgres,
        Variant::external_postgres};
    bool has_failed = false;
    for (const auto variant : all) {
        if (request.variant && *request.variant != variant)
            continue;
        const auto report = try_crash_points(variant, request.pairs);
        std::cout << name_of(variant) << ": " << report.boundaries << " boundaries, " << report.runs
                  << " runs with crashes, " << report.failures.size() << " failures\n";
        for (const auto& failure : report.failures)
            std::cout << "  " << failure << "\n";
        has_failed = has_failed || !report.failures.empty();
    }
    return has_failed ? 1 : 0;
}

}  // namespace

int run_command(int count, char** words)
{
    const auto request = understand(count, words);
    if (!request) {
        std::cerr << "simulate: not understood; try scripts/simulate --help\n";
        return 2;
    }
    switch (request->what) {
    case What::campaign: return run_campaign(request->campaign, std::cout);
    case What::one: return run_one(*request);
    case What::shrink: return run_shrink(*request);
    case What::crashes: return run_crashes(*request);
    case What::regress: return run_regress(request->file, std::cout);
    }
    return 2;
}

}  // namespace understudy::simulation
