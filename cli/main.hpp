// The command line as a function: a program of one's own lists its models and calls it.
#pragma once

#include <string>

#include "models/models.hpp"

namespace stampede {

struct Program {
  /// What its scenarios may name.
  models::ModelList models{};
  /// How to start it: what reports tell people to type. As it was started if empty.
  std::string name{};
  /// The folder whose scenarios `list scenarios` lists; none if empty.
  std::string scenarios{};
};

/// Runs the command line (run, sweep, explore, replay, ...) and returns its exit status: all that
/// the program's main does.
int main(int argc, const char* const* argv, const Program& program);

}  // namespace stampede
