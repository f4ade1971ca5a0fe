#include "probes/json_check.hpp"

#include "net/printable.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace understudy::probes {

namespace json = boost::json;
using Error = boost::system::error_code;

namespace {

constexpr std::size_t shown_bytes_max = 120;

json::parse_options bounded()
{
    json::parse_options options;
    options.max_depth = 32;
    return options;
}

/// `~` is only an escape: `~0` or `~1` (RFC 6901, section 3).
bool is_pointer(std::string_view text)
{
    if (!text.empty() && text.front() != '/')
        return false;
    for (std::size_t i = text.find('~'); i != text.npos; i = text.find('~', i + 1)) {
        if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))
            return false;
    }
    return true;
}

}  // namespace

JsonCheck::JsonCheck(const std::vector<JsonAssertion>& assertions)
{
    for (const auto& assertion : assertions) {
        if (!is_pointer(assertion.pointer))
            throw std::invalid_argument(
                "'" + assertion.pointer + "' is not a JSON pointer (like /status/phase)");
        Expectation expectation;
        expectation.pointer = assertion.pointer;
        if (!assertion.equals.empty()) {
            Error error;
            expectation.equals = json::parse(assertion.equals, error, {}, bounded());
            if (error)
                throw std::invalid_argument(
                    "'" + assertion.equals + "' is not JSON (text needs its own quotes)");
        }
        expectations_.push_back(std::move(expectation));
    }
}

std::string JsonCheck::problem_in(std::string_view body) const
{
    Error error;
    const json::value document =
        json::parse(json::string_view(body.data(), body.size()), error, {}, bounded());
    if (error)
        return "the body is not JSON: " + error.message();
    for (const auto& [pointer, equals] : expectations_) {
        Error absent;
        const json::value* found = document.find_pointer(pointer, absent);
        if (found == nullptr)
            return "the JSON has nothing at " + pointer;
        if (equals && *found != *equals)
            return "the JSON holds " + net::printable(json::serialize(*found), shown_bytes_max) +
                   " at " + pointer + ", not " + json::serialize(*equals);
    }
    return {};
}

}  // namespace understudy::probes
