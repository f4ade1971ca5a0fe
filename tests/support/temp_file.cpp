#include "support/temp_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>
#include <unistd.h>

namespace understudy::support {

TempFile::TempFile(std::string_view bytes, unsigned mode)
{
    std::string name = (std::filesystem::temp_directory_path() / "understudy-test-XXXXXX").string();
    const int number = ::mkstemp(name.data());
    if (number < 0)
        throw std::system_error(errno, std::system_category(), "mkstemp " + name);
    ::close(number);
    path_ = name;
    write(bytes);
    ::chmod(path_.c_str(), mode);
}

TempFile::~TempFile()
{
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void TempFile::write(std::string_view bytes) const
{
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace understudy::support
