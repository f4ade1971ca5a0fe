/// The moments at which a process can be killed with something half done.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "random.hpp"

namespace understudy::simulation {

enum class Boundary : std::uint8_t {
    before_write,  ///< The record is not on the disk.
    after_write,   ///< It is, and its writer was not told.
    before_send,   ///< The intent is durable, and no byte has left.
    after_send,    ///< The effect is on its way, and nobody will hear the answer.
    after_answer,  ///< The effect was answered, and that was not written down.
};
std::string_view name_of(Boundary boundary) noexcept;

/// Decides at each boundary whether the process dies there: by chance, or at planned ones.
class Boundaries {
public:
    explicit Boundaries(std::uint64_t seed) : random_(seed, "boundaries") {}

    bool kills(Boundary boundary);
    void kill_by_chance(std::uint64_t per_mille) { per_mille_ = per_mille; }
    /// The n-th boundaries, counted from 1 over all processes; 0: none.
    void kill_at(std::uint64_t first, std::uint64_t second)
    {
        first_ = first;
        second_ = second;
    }
    std::uint64_t passed() const { return passed_; }
    /// At which of the planned ones it died last; empty: at none yet.
    std::optional<Boundary> last_planned() const { return last_planned_; }

private:
    Random random_;
    std::uint64_t per_mille_ = 0;
    std::uint64_t passed_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t second_ = 0;
    std::optional<Boundary> last_planned_;
};

}  // namespace understudy::simulation
