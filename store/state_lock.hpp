/// One daemon for one state directory.
#pragma once

#include <filesystem>

namespace understudy::store {

/// Holds the state directory for as long as it lives. The kernel drops the lock when the process
/// ends, however it ends, so there is no stale lock to clean up by hand.
class StateLock {
public:
    /// Throws std::runtime_error: with the holder's pid when another process has the directory.
    explicit StateLock(const std::filesystem::path& directory);
    ~StateLock();
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;

private:
    int file_ = -1;
};

}  // namespace understudy::store
