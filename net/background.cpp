#include "net/background.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace understudy::net {

namespace asio = boost::asio;

namespace {

std::exception_ptr outcome_of(const std::function<void()>& job) noexcept
{
    try {
        job();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

asio::awaitable<void> run_in_background(asio::thread_pool& pool, std::function<void()> job)
{
    auto start = [&pool](auto handler, std::function<void()> work) {
        auto home = asio::get_associated_executor(handler);
        auto stay = asio::make_work_guard(home);
        asio::post(
            pool, [handler = std::move(handler), work = std::move(work), home = std::move(home),
                   stay = std::move(stay)]() mutable {
                auto error = outcome_of(work);
                asio::post(
                    home, [handler = std::move(handler), error = std::move(error)]() mutable {
                        std::move(handler)(std::move(error));
                    });
            });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        std::move(start), asio::use_awaitable, std::move(job));
}

}  // namespace understudy::net
