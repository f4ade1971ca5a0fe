#pragma once

namespace understudy {

inline constexpr const char* version = UNDERSTUDY_VERSION;

}  // namespace understudy
