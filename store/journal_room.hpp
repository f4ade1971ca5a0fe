/// Room for a whole run, made before it starts, so that a full disk cannot stop it half-way.
#pragma once

#include "store/database.hpp"

#include <cstddef>
#include <stdexcept>

namespace understudy::store {

/// No room was made, and nothing is broken: the disk has too little space left, or another program
/// reads the journal without end. May be tried again.
class NoRoom : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What that many transactions with that many bytes of encoded records, all together, take at most
/// in the log.
///
/// A commit writes each page that it touched as one frame, a page and 24 bytes
/// (https://www.sqlite.org/fileformat2.html#walformat): the table's last leaf, and when that is
/// full a new one, the leaf before, their parent, and two pages that keep count of free ones. A
/// leaf is at least half full before the next is begun. A row adds some 200 bytes to its record.
constexpr std::size_t room_for(std::size_t transactions, std::size_t bytes) noexcept
{
    constexpr std::size_t row_overhead = 200;
    constexpr std::size_t leaf_fill_min = 2000;
    constexpr std::size_t pages_of_a_new_leaf = 5;
    constexpr std::size_t frame = 4096 + 24;
    const auto leaves = (bytes + transactions * row_overhead) / leaf_fill_min + 1;
    return (transactions + leaves * pages_of_a_new_leaf) * frame;
}

/// Afterwards the log is empty and has `bytes` of room, and the file has free pages for as much:
/// what fits needs not one more block of the disk, on file systems that overwrite in place (ext4,
/// XFS, tmpfs; not btrfs or ZFS). Cheap when the room is there already. Throws NoRoom, StoreError.
void make_room(Database& database, std::size_t bytes);

}  // namespace understudy::store
