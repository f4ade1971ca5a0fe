/// The moments at which a process can be killed with something half done.
#pragma once

#include "random.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace understudy::simulation {

enum class Boundary : std::uint8_t {
    before_write,   ///< The record is not on the disk.
    after_write,    ///< It is, and its writer was not told.
    before_send,    ///< The intent is durable, and no byte has left.
    after_send,     ///< The effect is on its way, and nobody will hear the answer.
    after_answer,   ///< The effect was answered, and that was not written down.
};
inline constexpr std::size_t boundary_count = 5;
std::string_view name_of(Boundary boundary) noexcept;

/// Decides at each boundary whether the process dies there: by chance, or at planned ones.
class Boundaries {
public:
    explicit Boundaries(std::uint64_t seed) : random_(seed, "boundaries") {}

    bool kills(Boundary boundary)
    {
        const auto number = ++passed_;
        ++count_[static_cast<std::size_t>(boundary)];
        for (const auto& planned : planned_) {
            if (planned == number)
                return true;
        }
        return per_mille_ > 0 && random_.chance(per_mille_);
    }
    void kill_by_chance(std::uint64_t per_mille) { per_mille_ = per_mille; }
    /// The n-th boundaries, counted from 1 over all processes.
    void kill_at(std::uint64_t first, std::uint64_t second = 0) { planned_ = {first, second}; }
    std::uint64_t passed() const { return passed_; }

private:
    Random random_;
    std::uint64_t per_mille_ = 0;
    std::uint64_t passed_ = 0;
    std::array<std::uint64_t, 2> planned_{};
    std::array<std::uint64_t, boundary_count> count_{};
};

}  // namespace understudy::simulation
