// From libFuzzer to the target.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "target.hpp"

namespace understudy::fuzz {

void require(bool holds, std::string_view property, std::source_location where)
{
    if (holds)
        return;
    std::cerr << where.file_name() << ":" << where.line() << ": does not hold: " << property
              << std::endl;
    std::abort();
}

std::size_t take_byte(std::string_view& input)
{
    if (input.empty())
        return 0;
    const auto byte = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    return byte;
}

std::string_view take_until(std::string_view& input, char separator)
{
    const auto part = input.substr(0, input.find(separator));
    input.remove_prefix(std::min(input.size(), part.size() + 1));
    return part;
}

bool is_printable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace understudy::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    // An empty input may come as a null pointer, which a string_view takes.
    understudy::fuzz::try_input({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
