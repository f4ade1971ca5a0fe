/// A program that a test runs to its end.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace understudy::kubernetes {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Its standard output. Throws std::runtime_error with what it complained of when it fails, or does
/// not end within two minutes.
std::string run_command(std::vector<std::string> argv, Variables environment = {});

}  // namespace understudy::kubernetes
