/// Draws the machines' tables as the page docs/run-machine.md.
#pragma once

#include <string>

namespace understudy::core {

std::string machine_page();

}  // namespace understudy::core
