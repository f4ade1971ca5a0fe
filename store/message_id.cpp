#include "store/message_id.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace understudy::store {

std::string new_message_id()
{
    std::array<std::uint64_t, 2> bits{};
    // Requests of up to 256 bytes are never cut short once the kernel's pool is ready.
    while (::getrandom(bits.data(), sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
        if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "getrandom for a message id");
    }
    return fmt::format("msg_{:016x}{:016x}", bits[0], bits[1]);
}

}  // namespace understudy::store
