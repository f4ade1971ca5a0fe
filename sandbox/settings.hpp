/// A configuration file of the stand-in: JSON, every field checked, unknown fields refused.
#pragma once

#include "sandbox/json.hpp"

#include <chrono>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// The message names file, field and what is wrong; the process exits with 78 (EX_CONFIG).
struct SettingsError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One object of a configuration file. Each getter notes the field as known; `finish()` then
/// refuses what nobody asked for, so that a misspelt field cannot silently mean its default.
class Settings {
public:
    static Settings load(const std::filesystem::path& file);

    std::string text(std::string_view field);
    std::string text(std::string_view field, std::string_view otherwise);
    std::int64_t integer(std::string_view field);
    std::int64_t integer(std::string_view field, std::int64_t otherwise);
    std::uint16_t port(std::string_view field, std::uint16_t otherwise);
    std::chrono::milliseconds milliseconds(
        std::string_view field, std::chrono::milliseconds otherwise);
    bool boolean(std::string_view field, bool otherwise);
    /// A path; a relative one is below the folder of the configuration file. Empty stays empty.
    std::filesystem::path path(std::string_view field);
    std::filesystem::path path(std::string_view field, std::string_view otherwise);
    std::vector<std::string> texts(std::string_view field);

    bool has(std::string_view field) const;
    Settings section(std::string_view field);
    /// An absent list is empty.
    std::vector<Settings> sections(std::string_view field);
    /// Names of all members, for objects whose members are data; they become known.
    std::vector<std::string> members();

    void finish() const;
    [[noreturn]] void fail(std::string_view field, std::string_view problem) const;

private:
    Settings(std::filesystem::path file, std::string where, json::value value);
    const json::value* find(std::string_view field);
    const json::value& need(std::string_view field);
    std::int64_t integer_of(std::string_view field, const json::value& value) const;
    std::string text_of(std::string_view field, const json::value& value) const;
    std::filesystem::path below_file(const std::string& text) const;

    std::filesystem::path file_;
    std::string where_;
    json::value value_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace understudy::sandbox
