#include "daemon/cli.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv)
{
    try {
        return understudy::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "understudy: %s\n", error.what());
        return static_cast<int>(understudy::ExitCode::internal);
    }
}
