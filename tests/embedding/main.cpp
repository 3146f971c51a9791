// ring: Stampede's command line for the token ring.
#include <stampede/cli/main.hpp>

#include "token_ring.hpp"

int main(int argc, char** argv) {
  return stampede::main(argc, argv, {.models = {&token_ring::model()}, .scenarios = "scenarios"});
}
