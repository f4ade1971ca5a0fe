/// A secret read from a file: typed so that it cannot be logged, printed or compared by accident.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace understudy::net {

/// Holds secret bytes and overwrites them when it dies. There is no stream operator and no
/// formatter on purpose; `reveal()` is the one way out, used where the bytes go onto the wire.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    bool empty() const noexcept { return bytes_.empty(); }
    std::string_view reveal() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

/// Reads a secret; one trailing newline is dropped. Throws std::runtime_error that names the file
/// and the remedy when it is missing, a directory, larger than 64 KiB, or readable by group or
/// others. A relative path is looked up below `$CREDENTIALS_DIRECTORY` (systemd credentials) when
/// that is set; group bits are accepted there, because systemd grants access by a list that shows
/// as group bits.
Secret read_secret(const std::filesystem::path& file);

}  // namespace understudy::net
