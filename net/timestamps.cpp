#include "net/timestamps.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace understudy::net {

namespace {

using namespace std::chrono;

/// Takes apart a text from its front; after the first mismatch nothing matches any more.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count)
    {
        int value = 0;
        const auto field = rest_.substr(0, count);
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
        good_ = good_ && error == std::errc() && field.size() == count &&
                end == field.data() + count && field.front() != '-';
        rest_.remove_prefix(field.size());
        return value;
    }

    void literal(std::string_view expected)
    {
        good_ = good_ && rest_.starts_with(expected);
        rest_.remove_prefix(std::min(expected.size(), rest_.size()));
    }

    bool accept(std::string_view one_of)
    {
        if (!good_ || rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos)
            return false;
        last_ = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view word(std::size_t count)
    {
        const auto field = rest_.substr(0, count);
        rest_.remove_prefix(field.size());
        return field;
    }

    char last() const noexcept { return last_; }
    bool good() const noexcept { return good_; }
    bool done() const noexcept { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    char last_ = '\0';
    bool good_ = true;
};

struct Civil {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<core::WallTime> instant_of(const Civil& c)
{
    const year_month_day date{
        year(c.year), month(static_cast<unsigned>(c.month)), day(static_cast<unsigned>(c.day))};
    if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 60)
        return std::nullopt;
    const auto second = std::min(c.second, 59);  // a leap second has no place in Unix time
    return core::WallTime(sys_days(date) + hours(c.hour) + minutes(c.minute) + seconds(second));
}

milliseconds fraction(Reader& reader)
{
    milliseconds value(0);
    milliseconds unit(100);
    while (reader.accept("0123456789")) {
        value += (reader.last() - '0') * unit;
        unit /= 10;
    }
    return value;
}

/// The offset is how far local time is ahead, so it is taken away.
minutes offset(Reader& reader)
{
    if (reader.accept("Zz"))
        return minutes(0);
    const bool signed_offset = reader.accept("+-");
    const int sign = reader.last() == '-' ? -1 : 1;
    const int ahead_hours = reader.digits(2);
    reader.literal(":");
    const int ahead_minutes = reader.digits(2);
    return signed_offset ? sign * (hours(ahead_hours) + minutes(ahead_minutes)) : minutes(0);
}

constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// 0, which no date has, for a word that is no month.
int month_number(std::string_view name)
{
    const auto found = std::ranges::find(month_names, name);
    return found == month_names.end() ? 0 : static_cast<int>(found - month_names.begin()) + 1;
}

void read_time_of_day(Reader& reader, Civil& civil)
{
    civil.hour = reader.digits(2);
    reader.literal(":");
    civil.minute = reader.digits(2);
    reader.literal(":");
    civil.second = reader.digits(2);
}

}  // namespace

std::optional<core::WallTime> parse_rfc3339(std::string_view text)
{
    Reader reader(text);
    Civil civil;
    civil.year = reader.digits(4);
    reader.literal("-");
    civil.month = reader.digits(2);
    reader.literal("-");
    civil.day = reader.digits(2);
    if (!reader.accept("Tt "))
        return std::nullopt;
    read_time_of_day(reader, civil);
    const auto beyond = reader.accept(".") ? fraction(reader) : milliseconds(0);
    const auto ahead = offset(reader);
    const auto instant = instant_of(civil);
    if (!reader.done() || !instant)
        return std::nullopt;
    const auto time = *instant + beyond - ahead;
    // An offset may lead out of the years that can be written (RFC 3339, section 1).
    const int year(year_month_day(floor<days>(time)).year());
    return year >= 0 && year <= 9999 ? std::optional(time) : std::nullopt;
}

std::optional<core::WallTime> parse_http_date(std::string_view text)
{
    Reader reader(text);
    Civil civil;
    reader.word(3);  // the day of the week says nothing new
    reader.literal(", ");
    civil.day = reader.digits(2);
    reader.literal(" ");
    civil.month = month_number(reader.word(3));
    reader.literal(" ");
    civil.year = reader.digits(4);
    reader.literal(" ");
    read_time_of_day(reader, civil);
    reader.literal(" GMT");
    return reader.done() ? instant_of(civil) : std::nullopt;
}

std::string rfc3339(core::WallTime time)
{
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace understudy::net
