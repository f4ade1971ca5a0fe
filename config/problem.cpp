#include "config/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace understudy::config {

namespace {

constexpr std::size_t problems_max = 1000;
constexpr std::size_t shown_bytes_max = 80;

bool is_control(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Cuts between characters, never inside one: what is printed stays UTF-8.
std::string_view bounded(std::string_view text) noexcept
{
    std::size_t length = std::min(text.size(), shown_bytes_max);
    while (length > 0 && length < text.size() && continues_character(text[length]))
        --length;
    return text.substr(0, length);
}

}  // namespace

std::string format(const Problem& problem)
{
    return fmt::format("{}:{}:{}: {}", problem.file, problem.line, problem.column, problem.message);
}

std::string shown(std::string_view text)
{
    const auto kept = bounded(text);
    std::string result = "\"";
    for (const char c : kept)
        result += is_control(c) ? '?' : c;
    result += kept.size() < text.size() ? "...\"" : "\"";
    return result;
}

void Report::add(Position at, std::string message)
{
    if (problems_.size() >= problems_max) {
        ++left_out_;
        return;
    }
    problems_.push_back({file_, at.line, at.column, std::move(message)});
}

std::vector<Problem> Report::problems() const
{
    auto sorted = problems_;
    std::ranges::stable_sort(
        sorted, {}, [](const Problem& problem) { return std::tie(problem.line, problem.column); });
    if (left_out_ > 0)
        sorted.push_back({file_, 1, 1, fmt::format("and {} more problems", left_out_)});
    return sorted;
}

}  // namespace understudy::config
