#include "config/calendar_date.hpp"

#include <charconv>
#include <chrono>

namespace understudy::config {

namespace {

/// -1 when not all of it is digits.
int number_in(std::string_view digits) noexcept
{
    int number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    return error == std::errc{} && stopped == end ? number : -1;
}

}  // namespace

bool is_date(std::string_view text) noexcept
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    const int year = number_in(text.substr(0, 4));
    const int month = number_in(text.substr(5, 2));
    const int day = number_in(text.substr(8, 2));
    if (year < 0 || month < 0 || day < 0)
        return false;
    const std::chrono::year_month_day date{
        std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    return date.ok();
}

}  // namespace understudy::config
