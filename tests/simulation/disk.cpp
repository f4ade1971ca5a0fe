#include "disk.hpp"

#include <utility>

#include "digest.hpp"

namespace understudy::simulation {

core::VerifiedJournal Disk::load() { return core::verify_journal(rows_, digest); }

void Disk::write(std::vector<core::Record> records) { pending_ = std::move(records); }

void Disk::sync()
{
    core::JournalChain chain(digest);
    chain.resume_at(rows_.size(), last_hash_);
    auto written = std::move(*pending_);
    pending_.reset();
    for (auto& record : written) {
        rows_.push_back(chain.seal(record));
        records_.push_back(std::move(record));
    }
    last_hash_ = chain.last_hash();
}

void Disk::crash(bool is_there)
{
    if (pending_ && is_there)
        sync();
    pending_.reset();
}

bool Disk::flip_a_bit(std::uint64_t where)
{
    if (rows_.empty())
        return false;
    auto& row = rows_[where % rows_.size()];
    auto& byte = row.bytes[where / 7 % row.bytes.size()];
    byte = static_cast<char>(byte ^ 0x10);
    return true;
}

void Disk::restore(const Disk& snapshot)
{
    rows_ = snapshot.rows_;
    records_ = snapshot.records_;
    last_hash_ = snapshot.last_hash_;
    pending_.reset();
}

}  // namespace understudy::simulation
