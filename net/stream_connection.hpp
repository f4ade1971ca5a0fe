/// A Connection over any Asio stream; for net/*.cpp, because it brings Asio's composed operations.
#pragma once

#include "net/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace understudy::net {

template <class Stream>
boost::asio::awaitable<Transfer> read_some_of(Stream& stream, boost::asio::mutable_buffer into)
{
    namespace asio = boost::asio;
    Transfer transfer;
    std::tie(transfer.error, transfer.bytes) =
        co_await stream.async_read_some(into, asio::as_tuple(asio::use_awaitable));
    co_return transfer;
}

template <class Stream>
boost::asio::awaitable<Transfer> write_to(Stream& stream, boost::asio::const_buffer from)
{
    namespace asio = boost::asio;
    Transfer transfer;
    std::tie(transfer.error, transfer.bytes) =
        co_await asio::async_write(stream, from, asio::as_tuple(asio::use_awaitable));
    co_return transfer;
}

}  // namespace understudy::net
