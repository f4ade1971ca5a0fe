#include "config/files.hpp"

#include "config/problem.hpp"
#include "net/secret.hpp"

#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace understudy::config {

namespace {

namespace fs = std::filesystem;

std::string problem_with_plain(const fs::path& file)
{
    std::error_code error;
    const auto status = fs::status(file, error);
    if (!fs::exists(status))
        return fmt::format(
            "{} does not exist, or its folder cannot be searched: create it or correct the path",
            shown(file.string()));
    if (!fs::is_regular_file(status))
        return fmt::format("{} is not a regular file: name a file", shown(file.string()));
    if (!std::ifstream(file))
        return fmt::format(
            "{} cannot be read by this user: correct its owner or permissions",
            shown(file.string()));
    return {};
}

std::string problem_with_secret(const fs::path& file)
{
    try {
        if (net::read_secret(file).empty())
            return fmt::format("secret file {} is empty", file.string());
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

/// Whoever can write a hook decides what a failover does.
std::string problem_with_program(const fs::path& file)
{
    if (auto problem = problem_with_plain(file); !problem.empty())
        return problem;
    if (::access(file.c_str(), X_OK) != 0)
        return fmt::format("{} cannot be executed by this user: chmod u+x", shown(file.string()));
    std::error_code error;
    const auto by_others = fs::perms::group_write | fs::perms::others_write;
    if ((fs::status(file, error).permissions() & by_others) != fs::perms::none)
        return fmt::format(
            "{} can be changed by its group or by others: chmod go-w", shown(file.string()));
    return {};
}

}  // namespace

Files::Files(fs::path folder, fs::path credentials_directory)
    : folder_(std::move(folder)), credentials_directory_(std::move(credentials_directory))
{}

fs::path Files::locate(const fs::path& file, FileKind kind) const
{
    if (file.is_absolute())
        return file;
    const auto credential = credentials_directory_ / file;
    std::error_code ignored;
    if (kind == FileKind::secret && !credentials_directory_.empty() &&
        fs::exists(credential, ignored))
        return credential;
    return (folder_ / file).lexically_normal();
}

std::string Files::problem_with(const fs::path& file, FileKind kind)
{
    switch (kind) {
    case FileKind::plain: return problem_with_plain(file);
    case FileKind::secret: return problem_with_secret(file);
    case FileKind::program: return problem_with_program(file);
    }
    return {};
}

}  // namespace understudy::config
