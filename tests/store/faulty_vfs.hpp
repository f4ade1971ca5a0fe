/// A disk that fails on command: SQLite's default VFS with a fault in front of every write and
/// sync.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

namespace understudy::support {

/// While one lives it is the process's default VFS; databases opened meanwhile go through it. Only
/// one at a time, and it must outlive them.
class FaultyVfs {
public:
    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    /// From now on the n-th write or sync (1 is the next) and all after it give this SQLite result;
    /// 0: never.
    void fail_from(int nth, int result);
    /// How many writes and syncs reached the disk or were refused.
    int operations() const noexcept { return operations_; }
    int syncs() const noexcept { return syncs_; }
    /// Called before each sync, on the thread that syncs.
    void before_sync(std::function<void()> hook);

    /// For the C callbacks: the result to give instead of doing it; 0 is "do it".
    int next_write();
    int next_sync();

private:
    int next_operation();

    std::atomic<int> operations_{0};
    std::atomic<int> syncs_{0};
    std::atomic<int> fail_at_{0};
    std::atomic<int> result_{0};
    std::mutex mutex_;
    std::function<void()> hook_;
};

}  // namespace understudy::support
