/// What the tests of the configuration share: a folder with files, and a small valid configuration.
#pragma once

#include "config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config::test {

/// A temporary folder; it goes with everything in it.
class Folder {
public:
    Folder()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "understudy-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot create " + pattern);
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }

    /// A file that only its owner may read, unless `mode` says otherwise.
    std::filesystem::path write(
        const std::filesystem::path& name,
        std::string_view text = "content",
        unsigned mode = 0600) const
    {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        std::filesystem::permissions(file, std::filesystem::perms(mode));
        return file;
    }

private:
    std::filesystem::path path_;
};

inline Surroundings surroundings()
{
    Surroundings result;
    result.host_name = "Bastion_1.example.com";
    return result;
}

/// The least that is valid: eleven lines, so that what a test appends begins on line 12.
inline const std::string minimal = R"(mode = "observe"
[floating]
name = "active.test"
[[plane]]
name = "east"
role = "active"
host = "east.test"
[[plane]]
name = "west"
role = "standby"
host = "west.test"
)";

/// `line:column: message` of every problem.
inline std::vector<std::string> problems_in(
    const std::string& text, const std::filesystem::path& folder = "/nowhere")
{
    const auto result = load_text(text, folder / "understudy.toml", surroundings());
    EXPECT_EQ(result.settings.has_value(), result.problems.empty());
    std::vector<std::string> lines;
    for (const auto& problem : result.problems)
        lines.push_back(
            std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " +
            problem.message);
    return lines;
}

/// The settings of a text that must be valid.
inline Settings settings_of(
    const std::string& text, const std::filesystem::path& folder = "/nowhere")
{
    auto result = load_text(text, folder / "understudy.toml", surroundings());
    for (const auto& problem : result.problems)
        ADD_FAILURE() << format(problem);
    return result.settings.value_or(Settings{});
}

inline const ProbeDefinition* find_probe(const Settings& settings, std::string_view id)
{
    for (const auto& probe : settings.probes) {
        if (probe.settings.id == id)
            return &probe;
    }
    return nullptr;
}

}  // namespace understudy::config::test
