/// Lists as parameters carry them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace understudy::actions {

/// The words between commas, without blanks around them and without empty ones.
std::vector<std::string> words_in(std::string_view list);

}  // namespace understudy::actions
