// Texts that tests compare with what happens.
#pragma once

#include <cstdlib>

namespace stampede {

/// STAMPEDE_REWRITE=1 in the environment: what happens is taken over as the text.
inline bool is_rewriting() {
  const char* asked = std::getenv("STAMPEDE_REWRITE");
  return asked != nullptr && *asked != '\0';
}

}  // namespace stampede
