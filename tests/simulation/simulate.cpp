// The simulator's command line; scripts/simulate says what its options mean.
#include "command_line.hpp"

int main(int count, char** words) { return understudy::simulation::run_command(count, words); }
