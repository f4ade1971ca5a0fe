/// Writes a structure as `key=value` lines, and reads it back: two visitors with one face, so that
/// `describe(fields, value)` says once, for both ways, what a type consists of.
///
///     kind=failover
///     steps.count=1
///     steps.0.name=fence
///     steps.0.operations.count=1
///     steps.0.operations.0.target=east
///
/// Every field is there and in its order, also when it is empty, so one value has one text. How
/// deep the lines go is set by the types, never by the text: nothing recurses on input.
#pragma once

#include "core/scalar_text.hpp"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace understudy::core {

/// `T` or `const T`: what `describe` takes.
template <class Described, class T>
concept Is = std::same_as<std::remove_const_t<Described>, T>;

/// The keys' common beginning while a part of a structure is visited: `steps.3.`
class FieldPath {
public:
    template <class Visit>
    void within(std::string_view part, Visit visit)
    {
        const auto size = text_.size();
        text_.append(part).append(".");
        visit();
        text_.resize(size);
    }
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

class FieldWriter {
public:
    template <class T>
    FieldWriter& operator()(std::string_view key, const T& value)
    {
        if constexpr (Scalar<T>)
            write_line(key, to_text(value));
        else
            path_.within(key, [&] { describe(*this, value); });
        return *this;
    }

    template <class T>
    FieldWriter& operator()(std::string_view key, const std::vector<T>& values)
    {
        path_.within(key, [&] {
            (*this)("count", std::uint64_t{values.size()});
            for (std::size_t i = 0; i < values.size(); ++i)
                (*this)(std::to_string(i), values[i]);
        });
        return *this;
    }

    template <class T>
    FieldWriter& operator()(std::string_view key, const std::optional<T>& value)
    {
        path_.within(key, [&] {
            (*this)("known", value.has_value());
            if (value)
                (*this)("value", *value);
        });
        return *this;
    }

    FieldWriter& operator()(std::string_view key, const Parameters& values)
    {
        path_.within(key, [&] {
            (*this)("count", std::uint64_t{values.size()});
            std::size_t i = 0;
            for (const auto& [name, value] : values)
                write_entry(std::to_string(i++), name, value);
        });
        return *this;
    }

    const std::string& text() const noexcept { return text_; }

private:
    void write_line(std::string_view key, std::string_view value)
    {
        text_.append(path_.text()).append(key).append("=").append(value).append("\n");
    }

    void write_entry(std::string_view key, const std::string& name, const std::string& value)
    {
        path_.within(key, [&] { (*this)("name", name)("value", value); });
    }

    FieldPath path_;
    std::string text_;
};

/// Survives any bytes. The first line that is not the expected one ends it: nothing after that is
/// read, and what was filled in so far means nothing.
class FieldReader {
public:
    /// Borrows `text`.
    explicit FieldReader(std::string_view text) : rest_(text) {}

    template <class T>
    FieldReader& operator()(std::string_view key, T& value)
    {
        if constexpr (Scalar<T>)
            read_line(key, [&](std::string_view text) { return from_text(text, value); });
        else
            path_.within(key, [&] { describe(*this, value); });
        return *this;
    }

    /// Grows element by element, each of which takes lines from the text: a count that lies ends
    /// at the end of the text.
    template <class T>
    FieldReader& operator()(std::string_view key, std::vector<T>& values)
    {
        return read_counted(
            key, [&](std::string_view index) { (*this)(index, values.emplace_back()); });
    }

    template <class T>
    FieldReader& operator()(std::string_view key, std::optional<T>& value)
    {
        path_.within(key, [&] {
            bool known = false;
            (*this)("known", known);
            if (known)
                (*this)("value", value.emplace());
        });
        return *this;
    }

    FieldReader& operator()(std::string_view key, Parameters& values)
    {
        return read_counted(key, [&](std::string_view index) {
            std::string name;
            std::string value;
            path_.within(index, [&] { (*this)("name", name)("value", value); });
            values.insert_or_assign(std::move(name), std::move(value));
        });
    }

    bool failed() const noexcept { return failed_; }
    /// Every line was read, and was as expected.
    bool is_complete() const noexcept { return !failed_ && rest_.empty(); }

private:
    template <class Take>
    void read_line(std::string_view key, Take take)
    {
        const auto value = take_value(key);
        failed_ = !value || !take(*value);
    }

    template <class ReadOne>
    FieldReader& read_counted(std::string_view key, ReadOne read_one)
    {
        path_.within(key, [&] {
            std::uint64_t count = 0;
            (*this)("count", count);
            for (std::uint64_t i = 0; i < count && !failed_; ++i)
                read_one(std::to_string(i));
        });
        return *this;
    }

    /// Takes the next line, when it is the one of `key`.
    std::optional<std::string_view> take_value(std::string_view key)
    {
        const auto end = rest_.find('\n');
        if (failed_ || end == std::string_view::npos)
            return std::nullopt;
        auto line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (!take(line, path_.text()) || !take(line, key) || !take(line, "="))
            return std::nullopt;
        return line;
    }

    static bool take(std::string_view& line, std::string_view expected)
    {
        const bool found = line.starts_with(expected);
        if (found)
            line.remove_prefix(expected.size());
        return found;
    }

    FieldPath path_;
    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace understudy::core
