#include "sandbox/lines.hpp"

#include <boost/system/system_error.hpp>

#include <array>

namespace understudy::sandbox {

boost::asio::awaitable<std::string> read_line(Stream& stream, std::string& pending)
{
    constexpr std::size_t line_bytes_max = 64 * 1024;
    std::array<char, 4096> bytes{};
    while (pending.find('\n') == std::string::npos) {
        if (pending.size() > line_bytes_max)
            throw boost::system::system_error(make_error_code(boost::system::errc::message_size));
        const auto read = co_await stream.read_some(boost::asio::buffer(bytes));
        pending.append(bytes.data(), read);
    }
    const auto end = pending.find('\n');
    auto line = pending.substr(0, end);
    pending.erase(0, end + 1);
    co_return line;
}

}  // namespace understudy::sandbox
