#include "source_tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace understudy::architecture {

namespace fs = std::filesystem;

namespace {

constexpr std::array folders{"core",   "net",    "probes",  "actions", "store",
                             "config", "daemon", "sandbox", "bench",   "tests"};

SourceFile read(const fs::path& root, const fs::path& path)
{
    SourceFile file{fs::relative(path, root).generic_string(), {}};
    std::ifstream text(path);
    for (std::string line; std::getline(text, line);)
        file.lines.push_back(without_comment(line));
    return file;
}

std::vector<SourceFile> read_all()
{
    const fs::path root(SOURCE_DIR);
    std::vector<SourceFile> files;
    for (const auto* folder : folders) {
        if (!fs::exists(root / folder))
            continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".hpp" || extension == ".cpp")
                files.push_back(read(root, entry.path()));
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

}  // namespace

const std::vector<SourceFile>& source_tree()
{
    static const auto files = read_all();
    return files;
}

std::string without_comment(const std::string& line)
{
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '"')
            in_string = !in_string;
        else if (!in_string && line.compare(i, 2, "//") == 0)
            return line.substr(0, i);
    }
    return line;
}

std::string located(const SourceFile& file, std::size_t line_index, const std::string& what)
{
    return file.path + ":" + std::to_string(line_index + 1) + ": " + what;
}

}  // namespace understudy::architecture
