/// What every fuzz target is: one function that is given bytes, and says what must hold of whatever
/// they are read as.
#pragma once

#include <cstddef>
#include <source_location>
#include <string_view>

namespace understudy::fuzz {

/// Reads `input` and requires what must hold. Each target defines its own; entry.cpp hands it the
/// fuzzer's bytes. Any exception that leaves it is a finding.
void try_input(std::string_view input);

/// Ends the program when `holds` is false, so that the fuzzer keeps the input.
void require(
    bool holds,
    std::string_view property,
    std::source_location where = std::source_location::current());

/// Takes one byte from the front of `input`; 0 when there is none.
std::size_t take_byte(std::string_view& input);
/// Takes what comes before the first `separator`, and the separator; all when there is none.
std::string_view take_until(std::string_view& input, char separator);

/// Fit for a terminal: ASCII that can be seen, and blanks.
bool is_printable(std::string_view text);

}  // namespace understudy::fuzz
