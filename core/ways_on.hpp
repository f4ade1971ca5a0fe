/// What people can do about an open run: the words and commands that every place tells them. Pure.
#pragma once

#include "core/ledger.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// How the reason begins why a run is parked, where there is nothing to be brought about by hand.
inline constexpr std::string_view gates_have_closed = "gates have closed since it began: ";
inline constexpr std::string_view record_is_foreign = "the world's record is not ours: ";

/// What a human would type for what the run stands before and has not reached. Before the point of
/// no return that is the fence as a whole, whatever became of it since it was reached, and then the
/// promotion. Empty where nothing may be done by hand.
std::vector<std::string> manual_commands(const Run& run);

/// The same for the end of a sentence: `By hand:` and a line for each.
std::string by_hand(const Run& run);

/// What a parked run needs, as the rest of a sentence that says why it is parked.
std::string ways_on(const Run& run);

}  // namespace understudy::core
