// A configuration file: every text is either settings or a list of problems, each with its place.
#include "config/load.hpp"

#include <algorithm>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

constexpr std::size_t problems_max = 1001;
constexpr std::size_t message_bytes_max = 4096;

void require_place(const config::Problem& problem, std::string_view text)
{
    const auto lines = 1 + std::ranges::count(text, '\n');
    require(problem.line >= 1 && problem.line <= lines, "a problem's line is one of the file's");
    require(
        problem.column >= 1 && static_cast<std::size_t>(problem.column) <= text.size() + 1,
        "a problem's column is within the file");
}

}  // namespace

void try_input(std::string_view input)
{
    config::Surroundings surroundings;
    surroundings.host_name = "bastion";
    const auto result = config::load_text(input, "/nowhere/understudy.toml", surroundings);

    require(result.settings.has_value() == result.problems.empty(), "either settings or a problem");
    require(result.problems.size() <= problems_max, "the list of problems has an end");
    for (const auto& problem : result.problems) {
        require_place(problem, input);
        require(
            !problem.message.empty() && problem.message.size() <= message_bytes_max,
            "a message says something, and is bounded");
    }
}

}  // namespace understudy::fuzz
