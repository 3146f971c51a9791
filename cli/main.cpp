// stampede: the command line.
#include "cli/command.hpp"

int main(int argc, char** argv) { return stampede::cli::run_command_line(argc, argv); }
