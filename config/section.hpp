/// One table of the file, read key by key: each read checks the value's type and range, and what
/// was never read is an unknown key.
#pragma once

#include "config/document.hpp"
#include "config/files.hpp"
#include "config/problem.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::config {

/// What all sections of one file share.
struct Loading {
    Report& report;
    const Files& files;
    std::map<std::string, Position, std::less<>>
        names{};  ///< Taken by planes, control planes, canaries.
};

template <class T>
struct Range {
    T min;
    T max;
};

/// What an enumerated key may hold.
template <class T>
using Choice = std::pair<std::string_view, T>;

/// Reads never throw: a wrong value is reported, and the target keeps what it held.
class Section {
public:
    /// `path` names the table in messages and in the reference: `plane.postgres`; empty: top level.
    Section(Loading& loading, const Table& table, Position at, std::string path);

    Loading& loading() const noexcept { return *loading_; }
    Position at() const noexcept { return at_; }
    /// Where the key's value stands; the table itself when the key is not there.
    Position at(std::string_view key) const noexcept;
    bool has(std::string_view key) const noexcept { return table_->find(key) != nullptr; }

    /// The value, not looked into; marks the key as known.
    const Value* find(std::string_view key);

    void read(std::string_view key, bool& into);
    void read(std::string_view key, std::string& into);
    void read(std::string_view key, std::vector<std::string>& into);
    void read(std::string_view key, int& into, Range<int> range);
    void read(std::string_view key, core::Duration& into, Range<core::Duration> range);
    /// SQL: the one text that may have several lines.
    void read_block(std::string_view key, std::string& into);
    void read_size(std::string_view key, std::int64_t& into, Range<std::int64_t> range);
    /// A share as `0.1` or `"10%"`.
    void read_share(std::string_view key, int& per_mille);
    void read_host(std::string_view key, std::string& into);
    void read_port(std::string_view key, std::uint16_t& into);
    /// A path, made absolute and checked.
    void read_file(std::string_view key, std::filesystem::path& into, FileKind kind);
    void read_files(std::string_view key, std::vector<std::filesystem::path>& into, FileKind kind);

    template <class T>
    void read_choice(std::string_view key, T& into, std::span<const Choice<T>> choices)
    {
        std::vector<std::string_view> names;
        for (const auto& choice : choices)
            names.push_back(choice.first);
        if (const auto index = read_index(key, names))
            into = choices[*index].second;
    }

    /// The `name` of a thing, checked for its form.
    std::string read_name();
    /// The same, for what shares one set of names: planes, control planes and canaries are all
    /// targets.
    std::string read_target_name();

    /// A sub-table; a missing one reads as empty when asked for by `table_or_empty`.
    std::optional<Section> table(std::string_view key);
    Section table_or_empty(std::string_view key);
    std::vector<Section> tables(std::string_view key);

    /// Reports a key that is not there; `advice` says what to write.
    bool require(std::string_view key, std::string_view advice);
    void complain(std::string_view key, std::string_view message);
    void complain(std::string_view message);
    /// Reports every key that no read asked for. Last of all.
    void reject_unknown();

private:
    std::string path_of(std::string_view key) const;
    template <class T>
    const T* typed(std::string_view key, const Value* value, std::string_view expected)
    {
        const auto* wanted = value == nullptr ? nullptr : std::get_if<T>(&value->data);
        if (value != nullptr && wanted == nullptr)
            report_type(key, *value, expected);
        return wanted;
    }
    void report_type(std::string_view key, const Value& value, std::string_view expected);
    std::optional<std::size_t> read_index(
        std::string_view key, std::span<const std::string_view> names);
    std::string checked_file(std::string_view key, const Value& value, FileKind kind);
    const std::string* line_of(std::string_view key, const Value* value, std::string_view expected);

    Loading* loading_;
    const Table* table_;
    Position at_;
    std::string path_;
    std::vector<std::string> known_;
};

}  // namespace understudy::config
