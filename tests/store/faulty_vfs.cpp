#include "store/faulty_vfs.hpp"

#include <cstddef>
#include <new>
#include <sqlite3.h>
#include <stdexcept>

namespace understudy::support {

namespace {

FaultyVfs* active = nullptr;
sqlite3_vfs* real = nullptr;

/// SQLite allocates `szOsFile` bytes: this header, then the real VFS's own file.
struct FaultyFile {
    sqlite3_file base;
    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file)->inner(); }

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at)
{
    const auto refused = active->next_write();
    return refused != 0 ? refused : inner(file)->pMethods->xWrite(inner(file), data, size, at);
}

int sync(sqlite3_file* file, int flags)
{
    const auto refused = active->next_sync();
    return refused != 0 ? refused : inner(file)->pMethods->xSync(inner(file), flags);
}

// The rest passes through.
int close(sqlite3_file* f) { return inner(f)->pMethods->xClose(inner(f)); }
int read(sqlite3_file* f, void* d, int n, sqlite3_int64 at)
{
    return inner(f)->pMethods->xRead(inner(f), d, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 n)
{
    return inner(f)->pMethods->xTruncate(inner(f), n);
}
int file_size(sqlite3_file* f, sqlite3_int64* n)
{
    return inner(f)->pMethods->xFileSize(inner(f), n);
}
int lock(sqlite3_file* f, int level) { return inner(f)->pMethods->xLock(inner(f), level); }
int unlock(sqlite3_file* f, int level) { return inner(f)->pMethods->xUnlock(inner(f), level); }
int reserved(sqlite3_file* f, int* out)
{
    return inner(f)->pMethods->xCheckReservedLock(inner(f), out);
}
int control(sqlite3_file* f, int op, void* arg)
{
    return inner(f)->pMethods->xFileControl(inner(f), op, arg);
}
int sector(sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
int device(sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out)
{
    return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags)
{
    return inner(f)->pMethods->xShmLock(inner(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
int shm_unmap(sqlite3_file* f, int remove)
{
    return inner(f)->pMethods->xShmUnmap(inner(f), remove);
}

const sqlite3_io_methods methods{
    2,       close,  read,   write,   truncate, sync,        file_size, lock,    unlock, reserved,
    control, sector, device, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags)
{
    auto* faulty = new (file) FaultyFile{};
    const auto result = real->xOpen(real, name, faulty->inner(), flags, out_flags);
    if (faulty->inner()->pMethods != nullptr)
        faulty->base.pMethods = &methods;
    return result;
}

sqlite3_vfs make_vfs()
{
    auto vfs = *real;
    vfs.zName = "faulty";
    vfs.pNext = nullptr;
    vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real->szOsFile;
    vfs.xOpen = open;
    return vfs;
}

sqlite3_vfs faulty{};

}  // namespace

FaultyVfs::FaultyVfs()
{
    if (active != nullptr)
        throw std::logic_error("one FaultyVfs at a time");
    active = this;
    real = sqlite3_vfs_find(nullptr);
    faulty = make_vfs();
    sqlite3_vfs_register(&faulty, 1);
}

FaultyVfs::~FaultyVfs()
{
    sqlite3_vfs_unregister(&faulty);
    sqlite3_vfs_register(real, 1);
    active = nullptr;
}

void FaultyVfs::fail_from(int nth, int result)
{
    result_ = result;
    fail_at_ = nth == 0 ? 0 : operations_ + nth;
}

void FaultyVfs::before_sync(std::function<void()> hook)
{
    const std::lock_guard guard(mutex_);
    hook_ = std::move(hook);
}

int FaultyVfs::next_operation()
{
    const int number = ++operations_;
    return fail_at_ != 0 && number >= fail_at_ ? result_.load() : 0;
}

int FaultyVfs::next_write() { return next_operation(); }

int FaultyVfs::next_sync()
{
    std::function<void()> hook;
    {
        const std::lock_guard guard(mutex_);
        hook = hook_;
    }
    if (hook)
        hook();
    ++syncs_;
    return next_operation();
}

}  // namespace understudy::support
