/// Named places at which a test may have the process killed, to see what the next one makes of what
/// is left. Nothing of it is in a product build.
#pragma once

#include <string_view>

namespace understudy::net {

#ifdef UNDERSTUDY_KILL_POINTS
inline namespace armed {
/// SIGKILLs this process when the environment says `UNDERSTUDY_KILL_AT=NAME` and this is `name`, or
/// `NAME:COUNT` and this is its COUNT-th passing (1 is the first). Before that it writes the name
/// into the file `UNDERSTUDY_KILL_PROOF`, so that a test can tell this end from any other. From any
/// thread.
void kill_point(std::string_view name);
}  // namespace armed
#else
inline namespace unarmed {
constexpr void kill_point(std::string_view) noexcept {}
}  // namespace unarmed
#endif

}  // namespace understudy::net
