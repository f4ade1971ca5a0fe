#include "store/sync_points.hpp"

#include "net/kill_points.hpp"

#include <sqlite3.h>
#include <string_view>

namespace understudy::store {

inline namespace armed {

namespace {

sqlite3_vfs* real = nullptr;
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_io_methods methods{};
sqlite3_vfs with_points{};

int sync(sqlite3_file* file, int flags)
{
    net::kill_point("journal-written");
    return real_methods->xSync(file, flags);
}

bool is_journals_log(const char* name)
{
    return name != nullptr && std::string_view(name).ends_with("/journal.db-wal");
}

/// The file stays the real VFS's own; only its table of functions is exchanged for a copy.
int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags)
{
    const auto result = real->xOpen(real, name, file, flags, out_flags);
    if (file->pMethods == nullptr || !is_journals_log(name))
        return result;
    real_methods = file->pMethods;
    methods = *real_methods;
    methods.xSync = sync;
    file->pMethods = &methods;
    return result;
}

}  // namespace

void install_sync_points()
{
    if (real != nullptr)
        return;
    real = sqlite3_vfs_find(nullptr);
    with_points = *real;
    with_points.zName = "sync-points";
    with_points.pNext = nullptr;
    with_points.xOpen = open;
    sqlite3_vfs_register(&with_points, 1);
}

}  // namespace armed

}  // namespace understudy::store
