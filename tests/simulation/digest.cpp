#include "digest.hpp"

#include <cstdint>

#include "random.hpp"

namespace understudy::simulation {

std::string digest(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(64);
    auto sum = fnv1a(bytes);
    for (int block = 0; block < 4; ++block) {
        auto word = Random(sum, digits).next();
        sum = word;
        for (int i = 0; i < 16; ++i, word >>= 4U)
            text += digits[word & 15U];
    }
    return text;
}

}  // namespace understudy::simulation
