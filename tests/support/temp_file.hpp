/// A file that lives as long as the test wants it.
#pragma once

#include <filesystem>
#include <string_view>

namespace understudy::support {

class TempFile {
public:
    explicit TempFile(std::string_view bytes, unsigned mode = 0600);
    ~TempFile();
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }
    void write(std::string_view bytes) const;

private:
    std::filesystem::path path_;
};

}  // namespace understudy::support
