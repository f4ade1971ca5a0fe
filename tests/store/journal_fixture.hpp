/// A journal in a directory that goes away with the test.
#pragma once

#include "store/coroutines.hpp"
#include "store/journal.hpp"
#include "store/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace understudy::support {

inline store::JournalOptions journal_in(const std::filesystem::path& directory)
{
    store::JournalOptions options;
    options.file = directory / "journal.db";
    options.instance = "bastion-1";
    return options;
}

inline std::vector<core::Record> released_by(std::string who)
{
    return {{core::WallTime{}, core::HoldReleased{std::move(who)}}};
}

inline std::string encoded(const std::vector<core::Record>& records)
{
    std::string text;
    for (const auto& record : records)
        text += core::encode(record);
    return text;
}

/// Why the append was refused; empty when it was done.
inline std::string refusal(boost::asio::io_context& io, store::Journal& journal, std::string who)
{
    try {
        await(io, journal.append(released_by(std::move(who))));
    } catch (const store::StoreError& error) {
        return error.what();
    }
    return {};
}

class JournalTest : public testing::Test {
protected:
    std::filesystem::path file() const { return directory_.path() / "journal.db"; }

    store::LoadedJournal reopened()
    {
        boost::asio::io_context io;
        store::Journal journal(journal_in(directory_.path()));
        return await(io, journal.load());
    }

    /// Writes a journal of a first record and `appends` more.
    void fill(int appends)
    {
        boost::asio::io_context io;
        store::Journal journal(journal_in(directory_.path()));
        await(io, journal.load());
        for (int i = 0; i < appends; ++i)
            await(io, journal.append(released_by(std::to_string(i))));
    }

    TemporaryDirectory directory_;
};

}  // namespace understudy::support
