/// The project's own sources, as the rules of the architecture read them.
#pragma once

#include <string>
#include <vector>

namespace understudy::architecture {

struct SourceFile {
    std::string path;                ///< From the root: `core/watch.cpp`.
    std::vector<std::string> lines;  ///< Without comments.

    std::string folder() const { return path.substr(0, path.find('/')); }
    bool is_header() const { return path.ends_with(".hpp"); }
};

/// Every C++ file of the folders that hold code, tests included.
const std::vector<SourceFile>& source_tree();

/// A line of code up to its comment; `//` within a URL or a string begins none.
std::string without_comment(const std::string& line);

/// `PATH:LINE: WHAT`, as editors and compilers write it.
std::string located(const SourceFile& file, std::size_t line_index, const std::string& what);

}  // namespace understudy::architecture
