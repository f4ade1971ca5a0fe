#include "daemon/boot_id.hpp"

#include <fstream>
#include <stdexcept>

namespace understudy {

std::string boot_id()
{
    constexpr const char* file = "/proc/sys/kernel/random/boot_id";
    std::ifstream stream(file);
    std::string id;
    if (!(stream >> id))
        throw std::runtime_error(std::string(file) + " cannot be read; is /proc mounted?");
    return id;
}

}  // namespace understudy
