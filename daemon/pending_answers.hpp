/// Joins people who wait at the admin socket to the machine that answers them later.
#pragma once

#include "core/runs.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <cstdint>
#include <map>

namespace understudy {

/// Lives on one thread, and longer than every `wait`.
class PendingAnswers {
public:
    explicit PendingAnswers(boost::asio::any_io_executor executor);

    /// A number that was not used before. From here on an answer is kept for it.
    std::uint64_t open();
    /// Until the answer is there, at once when it came before. Cancelled, it forgets the request.
    boost::asio::awaitable<core::run_effect::Answer> wait(std::uint64_t request);
    /// Nobody may wait any more: then it is dropped.
    void give(core::run_effect::Answer answer);

private:
    using Channel = boost::asio::experimental::channel<void(
        boost::system::error_code, core::run_effect::Answer)>;

    boost::asio::any_io_executor executor_;
    std::map<std::uint64_t, Channel> open_;
    std::uint64_t last_ = 0;
};

}  // namespace understudy
