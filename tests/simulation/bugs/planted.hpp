/// The bugs that stand in the planted copy of core/, and which of them is awake. They are not in
/// the product: its library is made from other sources.
#pragma once

#include <span>
#include <string_view>

namespace understudy::core::planted {

struct Bug {
    int number = 0;
    std::string_view name;
    std::string_view file;
    std::string_view killer;  ///< `simulator`, `unit test` or `real-fault test`.
};
/// Written by `plant` from the table.
std::span<const Bug> bugs() noexcept;

/// 0: none.
void choose(int number) noexcept;
bool is(int number) noexcept;

}  // namespace understudy::core::planted
