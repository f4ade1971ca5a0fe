/// What the tables for people are put together from: fields of the daemon's JSON, forgiving where
/// a daemon of another version leaves one out, and words with colours.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace understudy {

/// Colour only on a terminal, and never when NO_COLOR is set or TERM is dumb.
struct TextStyle {
    bool colour = false;
};

// Fields by their key: empty, 0 or false when they are not there or of another type.
std::string_view text(const boost::json::object& object, std::string_view key);
const boost::json::array& array(const boost::json::object& object, std::string_view key);
const boost::json::object& object_in(const boost::json::object& object, std::string_view key);
bool flag(const boost::json::object& object, std::string_view key);
double number(const boost::json::object& object, std::string_view key);
bool has(const boost::json::object& object, std::string_view key);  ///< There, and not null.

/// Milliseconds as `12.3 s`, or `-` when it never happened.
std::string age(const boost::json::object& object, std::string_view key);
/// Seconds as `12.3 s`, `5 min`, `2.0 h`, or `-`.
std::string span(const boost::json::object& object, std::string_view key);
/// `03:59:09Z` of `2026-11-23T03:59:09.123Z`.
std::string_view clock_part(std::string_view time);
/// `2026-11-23 03:59:09Z`, or `-`.
std::string date_part(std::string_view time);

/// Padded to `width`; good words green, bad ones red, doubtful ones yellow.
std::string paint(std::string_view word, TextStyle style, std::size_t width = 0);
/// A text for one line of a terminal.
std::string shorten(std::string_view words, std::size_t width);

}  // namespace understudy
