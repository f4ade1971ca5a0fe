// The simulator with the core that has bugs planted in it; scripts/simulate says what its options
// mean.
#include <iostream>

#include "bug_hunt.hpp"
#include "words.hpp"

int main(int count, char** given)
{
    using namespace understudy::simulation;
    Words words(count, given);
    std::uint64_t seeds = 200;
    std::uint64_t bug = 0;
    while (words.are_left()) {
        const auto word = words.take();
        const auto number = words.take_number();
        if (!number || (word != "--seeds" && word != "--bug")) {
            std::cerr << "simulate-bugs: not understood; try scripts/simulate --help\n";
            return 2;
        }
        (word == "--seeds" ? seeds : bug) = *number;
    }
    return hunt_bugs(seeds, static_cast<int>(bug));
}
