#include "config/load.hpp"

#include "config/document.hpp"
#include "config/root.hpp"
#include "config/section.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace understudy::config {

namespace {

namespace fs = std::filesystem;

/// systemd passes several directories separated by colons; the first is ours.
std::string first_directory(const char* variable)
{
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
    const std::string all = value == nullptr ? "" : value;
    return all.substr(0, all.find(':'));
}

std::string host_name()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        return {};
    return name.data();
}

/// The text, or a reason to add to the report.
std::optional<std::string> read_text(const fs::path& file, Report& report)
{
    std::error_code error;
    const auto status = fs::status(file, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        report.add({}, "is not a regular file: name the configuration file");
        return std::nullopt;
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        report.add(
            {}, fmt::format(
                    "cannot be opened: {}: create it, or name another with --config",
                    std::generic_category().message(errno)));
        return std::nullopt;
    }
    // One byte more than allowed is enough to know that it is too large.
    std::string text(file_bytes_max + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) {
        report.add({}, "cannot be read to its end");
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

LoadResult result_of(Report& report, std::optional<Settings> settings)
{
    LoadResult result;
    result.problems = report.problems();
    result.keys_asked = report.accepted_keys();
    if (result.problems.empty())
        result.settings = std::move(settings);
    return result;
}

LoadResult load_reported(
    std::string_view text, const fs::path& file, const Surroundings& surroundings, Report& report)
{
    const auto document = parse(text, report);
    if (!document)
        return result_of(report, std::nullopt);
    std::error_code error;
    const Files files(fs::absolute(file, error).parent_path(), surroundings.credentials_directory);
    Loading loading{report, files};
    Section root(loading, *document, {}, "");
    auto settings = read_root(root, surroundings);
    return result_of(report, std::move(settings));
}

}  // namespace

Surroundings surroundings_of_process()
{
    Surroundings surroundings;
    surroundings.host_name = host_name();
    if (const auto directory = first_directory("RUNTIME_DIRECTORY"); !directory.empty())
        surroundings.runtime_directory = directory;
    if (const auto directory = first_directory("STATE_DIRECTORY"); !directory.empty())
        surroundings.state_directory = directory;
    surroundings.credentials_directory = first_directory("CREDENTIALS_DIRECTORY");
    return surroundings;
}

LoadResult load(const fs::path& file, const Surroundings& surroundings)
{
    Report report(file.string());
    const auto text = read_text(file, report);
    if (!text)
        return result_of(report, std::nullopt);
    return load_reported(*text, file, surroundings, report);
}

LoadResult load_text(std::string_view text, const fs::path& file, const Surroundings& surroundings)
{
    Report report(file.string());
    return load_reported(text, file, surroundings, report);
}

}  // namespace understudy::config
