#include "config/durations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace understudy::config {

namespace {

using core::Duration;
using namespace std::chrono_literals;

struct Unit {
    std::string_view name;
    Duration length;
};

// From large to small: parts must come in this order.
constexpr std::array units{
    Unit{"d", 24h}, Unit{"h", 1h}, Unit{"m", 1min}, Unit{"s", 1s}, Unit{"ms", 1ms}};

constexpr Duration duration_max = 24h * 3650;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view take_while(std::string_view& text, bool (*wanted)(char) noexcept)
{
    const auto end = std::ranges::find_if_not(text, wanted);
    const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(taken.size());
    return taken;
}

std::optional<std::int64_t> whole_number(std::string_view digits)
{
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || error != std::errc{} || stopped != end)
        return std::nullopt;
    return number;
}

/// `.5` of a unit, digit by digit: exact, where floating point would make 0.1s a little less.
std::optional<Duration> fraction(std::string_view& text, Duration unit)
{
    if (!text.starts_with('.'))
        return Duration::zero();
    text.remove_prefix(1);
    const auto digits = take_while(text, is_digit);
    if (digits.empty() || digits.size() > 3)
        return std::nullopt;
    std::int64_t scale = 1;
    for (std::size_t i = 0; i < digits.size(); ++i)
        scale *= 10;
    return unit * *whole_number(digits) / scale;
}

/// The unit that follows the digits at the front of `text`.
const Unit* unit_after_number(std::string_view text, const Unit* first)
{
    const auto start = text.find_first_not_of("0123456789.");
    if (start == std::string_view::npos)
        return nullptr;
    text.remove_prefix(start);
    const auto name = text.substr(0, text.find_first_of("0123456789."));
    const auto* found = std::find_if(
        first, units.data() + units.size(), [&](const Unit& unit) { return unit.name == name; });
    return found == units.data() + units.size() ? nullptr : found;
}

/// `12.5` with at most three decimals after rounding to the microsecond of its unit.
std::string decimal(std::int64_t thousandths)
{
    auto text = fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

std::string format_parts(Duration left)
{
    std::string text;
    for (const auto& unit : units) {
        if (unit.length < 1s)
            break;
        // A day is not what people count in below a week: 24h and 25h stay hours.
        if (unit.length == 24h && (left < 24h * 7 || left % 24h != 0s))
            continue;
        const auto count = left / unit.length;
        if (count > 0)
            text += fmt::format("{}{}", count, unit.name);
        left %= unit.length;
    }
    return text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text)
{
    const Unit* allowed = units.data();
    Duration total{};
    do {
        const auto* unit = unit_after_number(text, allowed);
        const auto count = whole_number(take_while(text, is_digit));
        if (unit == nullptr || !count || *count > duration_max / unit->length)
            return std::nullopt;
        const auto part = fraction(text, unit->length);
        if (!part || !text.starts_with(unit->name))
            return std::nullopt;
        text.remove_prefix(unit->name.size());
        total += unit->length * *count + *part;
        allowed = unit + 1;
    } while (!text.empty());
    return total > duration_max ? std::nullopt : std::optional(total);
}

std::string format_duration(Duration duration)
{
    if (duration < Duration::zero())
        return "-" + format_duration(-std::max(duration, -Duration::max()));
    if (duration == Duration::zero())
        return "0s";
    if (duration < 999'999'500ns)
        return decimal(std::chrono::round<std::chrono::microseconds>(duration).count()) + "ms";
    if (duration < 59'999'500us)
        return decimal(std::chrono::round<std::chrono::milliseconds>(duration).count()) + "s";
    // Rounding looks one second ahead.
    const auto bounded = std::min(duration, Duration::max() - 1s);
    return format_parts(std::chrono::round<std::chrono::seconds>(bounded));
}

}  // namespace understudy::config
