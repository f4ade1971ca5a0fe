/// Prints docs/run-machine.md as the tables are now.
#include <iostream>

#include "machine_diagram.hpp"

int main() { std::cout << understudy::core::machine_page(); }
