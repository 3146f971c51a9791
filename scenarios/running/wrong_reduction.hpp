// A reduction whose declaration does not hold, told with names: by two states of a node.
#pragma once

#include <string>

#include "engine/explore/proof.hpp"
#include "engine/world/property.hpp"

namespace stampede::scenarios {

/// The property that such a declaration violates.
inline constexpr const char* reductions_property = "reductions";

struct WrongReduction {
  std::string reduction;
  /// Everything but the states, in one sentence.
  std::string text;
  std::string node;
  /// In JSON, as all states are shown.
  std::string state;
  std::string other_node;
  std::string other_state;
};

WrongReduction told(const engine::WrongDeclaration& wrong,
                    const std::vector<engine::NodeSpec>& nodes);

}  // namespace stampede::scenarios
