#include "command_line.hpp"

#include "report.hpp"
#include "simulation.hpp"

#include <charconv>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

namespace understudy::simulation {

namespace {

struct Request {
    std::uint64_t from = 1;
    std::uint64_t seeds = 1000;
    std::optional<ProfileRow> profile;
    bool tells = false;
    bool hashes = false;
};

class Words {
public:
    Words(int count, char** words) : words_(words + 1, words + count) {}

    bool are_left() const { return next_ < words_.size(); }
    std::string_view take() { return are_left() ? words_[next_++] : std::string_view(); }
    std::optional<std::uint64_t> take_number()
    {
        const auto word = take();
        std::uint64_t number = 0;
        const auto* const end = word.data() + word.size();
        const auto [stopped, error] = std::from_chars(word.data(), end, number);
        const bool is_number = error == std::errc{} && stopped == end && !word.empty();
        return is_number ? std::optional(number) : std::nullopt;
    }

private:
    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
};

bool take_number(Words& words, std::uint64_t& to)
{
    const auto number = words.take_number();
    to = number.value_or(0);
    return number.has_value();
}

bool understand_next(Words& words, Request& request)
{
    const auto word = words.take();
    if (word == "--seeds")
        return take_number(words, request.seeds);
    if (word == "--from")
        return take_number(words, request.from);
    if (word == "--seed") {
        request.seeds = 1;
        return take_number(words, request.from);
    }
    if (word == "--profile") {
        request.profile = profile_named(words.take());
        return request.profile.has_value();
    }
    request.tells = request.tells || word == "--trace";
    request.hashes = request.hashes || word == "--hashes";
    return word == "--trace" || word == "--hashes";
}

std::optional<Request> understand(int count, char** given)
{
    Words words(count, given);
    Request request;
    while (words.are_left()) {
        if (!understand_next(words, request))
            return std::nullopt;
    }
    return request;
}

int simulate_all(const Request& request)
{
    Statistics all;
    bool is_violated = false;
    for (auto seed = request.from; seed < request.from + request.seeds; ++seed) {
        Options options;
        options.seed = seed;
        options.profile = request.profile;
        options.tells = request.tells;
        const auto result = simulate(options);
        all.add(result.statistics);
        is_violated = is_violated || !result.violations.empty();
        if (request.tells)
            print_story(std::cout, result);
        if (request.hashes)
            std::cout << seed << " " << std::hex << result.hash << std::dec << "\n";
        print_violations(std::cout, result);
    }
    if (!request.hashes)
        print_statistics(std::cout, all);
    return is_violated ? 1 : 0;
}

}  // namespace

int run_command(int count, char** words)
{
    const auto request = understand(count, words);
    if (!request) {
        std::cerr << "simulate: not understood; try scripts/simulate --help\n";
        return 2;
    }
    return simulate_all(*request);
}

}  // namespace understudy::simulation
