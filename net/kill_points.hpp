/// Named places at which a test may have the process killed, to see what the next one makes of what
/// is left. Nothing of it is in a product build.
#pragma once

#include <string_view>

namespace understudy::net {

#ifdef UNDERSTUDY_KILL_POINTS
inline namespace armed {
/// SIGKILLs this process when the environment says `UNDERSTUDY_KILL_AT=NAME` and this is `name`, or
/// `NAME:COUNT` and this is its COUNT-th passing (1 is the first). Of a point that many things pass
/// `subject` tells which one it is, such as the bytes of a request: with
/// `UNDERSTUDY_KILL_ON=WORD,WORD` only those count in which every word occurs. Before the end it
/// writes the name, and those words after a space, into the file `UNDERSTUDY_KILL_PROOF`, so that a
/// test can tell this end from any other. From any thread.
void kill_point(std::string_view name, std::string_view subject = {});
}  // namespace armed
#else
inline namespace unarmed {
constexpr void kill_point(std::string_view, std::string_view = {}) noexcept {}
}  // namespace unarmed
#endif

}  // namespace understudy::net
