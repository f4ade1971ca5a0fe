#include "boundaries.hpp"

namespace understudy::simulation {

std::string_view name_of(Boundary boundary) noexcept
{
    switch (boundary) {
    case Boundary::before_write: return "before a write";
    case Boundary::after_write: return "after a write";
    case Boundary::before_send: return "before an effect is sent";
    case Boundary::after_send: return "after an effect is sent";
    case Boundary::after_answer: return "after an effect is answered";
    }
    return "";
}

bool Boundaries::kills(Boundary boundary)
{
    const auto number = ++passed_;
    if (number == first_ || number == second_) {
        last_planned_ = boundary;
        return true;
    }
    return per_mille_ > 0 && random_.chance(per_mille_);
}

}  // namespace understudy::simulation
