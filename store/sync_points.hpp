/// A kill point where no code of ours is: inside a commit of the journal, when SQLite has written
/// the log and has not made it durable yet.
#pragma once

namespace understudy::store {

#ifdef UNDERSTUDY_KILL_POINTS
inline namespace armed {
/// Databases opened from here on pass the kill point `journal-written` before each fsync of a log
/// named `journal.db-wal`. Once per process is enough.
void install_sync_points();
}  // namespace armed
#else
inline namespace unarmed {
constexpr void install_sync_points() noexcept {}
}  // namespace unarmed
#endif

}  // namespace understudy::store
