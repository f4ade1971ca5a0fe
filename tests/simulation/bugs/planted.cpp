#include "planted.hpp"

namespace understudy::core::planted {

namespace {

int chosen = 0;

}  // namespace

void choose(int number) noexcept { chosen = number; }

bool is(int number) noexcept { return chosen == number; }

}  // namespace understudy::core::planted
