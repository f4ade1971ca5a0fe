/// The words of a command line, taken one after the other.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace understudy::simulation {

class Words {
public:
    /// As main() gets them; the first is the program's own name.
    Words(int count, char** given) : words_(given + 1, given + count) {}

    bool are_left() const { return next_ < words_.size(); }
    /// Empty when none is left.
    std::string_view take() { return are_left() ? words_[next_++] : std::string_view(); }
    std::optional<std::uint64_t> take_number()
    {
        const auto word = take();
        std::uint64_t number = 0;
        const auto* const end = word.data() + word.size();
        const auto [stopped, error] = std::from_chars(word.data(), end, number);
        const bool is_number = error == std::errc{} && stopped == end && !word.empty();
        return is_number ? std::optional(number) : std::nullopt;
    }

private:
    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
};

}  // namespace understudy::simulation
