#include "daemon/boot_id.hpp"

#include <fstream>
#include <stdexcept>

namespace understudy {

namespace {

std::string word_in(const char* file)
{
    std::ifstream stream(file);
    std::string word;
    if (!(stream >> word))
        throw std::runtime_error(std::string(file) + " cannot be read; is /proc mounted?");
    return word;
}

}  // namespace

std::string boot_id() { return word_in("/proc/sys/kernel/random/boot_id"); }
std::string new_process_id() { return word_in("/proc/sys/kernel/random/uuid"); }

}  // namespace understudy
