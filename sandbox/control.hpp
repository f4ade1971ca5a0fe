/// The control sockets of the stand-in: one JSON object a line, in and out, over a Unix socket.
#pragma once

#include "sandbox/json.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>

namespace understudy::sandbox {

/// Answers one command. What it throws as std::exception is answered with `"ok":false` and the
/// text.
using ControlHandler = std::function<json::object(const json::value& command)>;

/// Serves commands on `socket` (created with mode 0600; an old one is replaced) as long as the
/// executor's context runs. `ping` is answered for every process alike; `ok` is added to every
/// answer.
void serve_control(
    boost::asio::any_io_executor executor, std::filesystem::path socket, ControlHandler handler);

/// Sends one command and waits for the answer, `budget` at most. Throws std::runtime_error that
/// names the socket when there is none. An answer with `"ok":false` is returned as it is.
boost::asio::awaitable<json::value> ask_control(
    std::filesystem::path socket, json::value command, std::chrono::milliseconds budget);

}  // namespace understudy::sandbox
