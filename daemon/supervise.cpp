#include "daemon/supervise.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace understudy {

namespace asio = boost::asio;

asio::awaitable<void> supervise(std::vector<asio::awaitable<void>> tasks)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto start = [&](asio::awaitable<void>& task) {
        return asio::co_spawn(executor, std::move(task), asio::deferred);
    };
    std::vector<decltype(start(tasks.front()))> running;
    running.reserve(tasks.size());
    for (auto& task : tasks)
        running.push_back(start(task));

    auto group = asio::experimental::make_parallel_group(std::move(running));
    auto [order, errors] =
        co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    for (const auto index : order) {
        if (errors[index])
            std::rethrow_exception(errors[index]);
    }
}

}  // namespace understudy
