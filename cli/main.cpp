// stampede: the command line for the models of this house.
#include "cli/main.hpp"

int main(int argc, char** argv) {
  return stampede::main(argc, argv,
                        {.models = stampede::models::all_models(),
                         .name = "./stampede",
                         .scenarios = STAMPEDE_SOURCE_DIR "/scenarios"});
}
