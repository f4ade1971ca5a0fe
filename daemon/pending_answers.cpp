#include "daemon/pending_answers.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace understudy {

namespace asio = boost::asio;
using core::run_effect::Answer;

namespace {

/// Closes a request however the wait ends, a cancellation before its first turn included.
template <class Map>
class Closing {
public:
    Closing(Map& open, std::uint64_t request) : open_(open), request_(request) {}
    ~Closing() { open_.erase(request_); }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

private:
    Map& open_;
    std::uint64_t request_;
};

}  // namespace

PendingAnswers::PendingAnswers(asio::any_io_executor executor) : executor_(std::move(executor)) {}

std::uint64_t PendingAnswers::open()
{
    ++last_;
    open_.emplace(last_, Channel(executor_, 1));
    return last_;
}

asio::awaitable<Answer> PendingAnswers::wait(std::uint64_t request)
{
    const Closing closing(open_, request);
    auto& channel = open_.at(request);
    auto [error, answer] = co_await channel.async_receive(asio::as_tuple(asio::use_awaitable));
    if (error)
        throw boost::system::system_error(error);
    co_return std::move(answer);
}

void PendingAnswers::give(Answer answer)
{
    const auto found = open_.find(answer.request);
    if (found != open_.end())
        found->second.try_send(boost::system::error_code(), std::move(answer));
}

}  // namespace understudy
