#include "config/names.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace understudy::config {

namespace {

constexpr std::size_t name_length_max = 63;

bool is_name_character(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/// Edits between two words: insert, delete, replace one character, swap two neighbours. Three rows
/// of the usual table suffice.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

bool is_name(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= name_length_max &&
           std::ranges::all_of(text, is_name_character);
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates)
{
    if (text.size() > name_length_max)
        return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const auto distance = edit_distance(text, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string name_from_host(std::string_view host_name)
{
    std::string name(host_name.substr(0, host_name.find('.')).substr(0, name_length_max));
    for (char& c : name) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (!is_name_character(c))
            c = '-';
    }
    return name.empty() ? "understudy" : name;
}

}  // namespace understudy::config
