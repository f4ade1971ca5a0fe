/// From a configuration file to settings, or to everything that is wrong with it.
#pragma once

#include "config/problem.hpp"
#include "config/settings.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

/// What defaults and file names depend on besides the file. Read once, so that tests own it.
struct Surroundings {
    std::string host_name;
    std::filesystem::path runtime_directory = "/run/understudy";
    std::filesystem::path state_directory = "/var/lib/understudy";
    std::filesystem::path credentials_directory;  ///< Empty: none.
};

/// This machine's name, and what systemd passes in the environment.
Surroundings surroundings_of_process();

struct LoadResult {
    std::optional<Settings> settings;  ///< Only when there is no problem at all.
    std::vector<Problem> problems;     ///< Every one, in the order of the file.
    std::set<std::string>
        keys_asked;  ///< Keys that were looked for (`plane.host`), for the reference.
};

/// Reads and checks the file and whatever it names. Never throws for a bad file.
LoadResult load(
    const std::filesystem::path& file,
    const Surroundings& surroundings = surroundings_of_process());

/// The same for a text; `file` gives its name in messages and the folder of relative paths.
LoadResult load_text(
    std::string_view text, const std::filesystem::path& file, const Surroundings& surroundings);

}  // namespace understudy::config
